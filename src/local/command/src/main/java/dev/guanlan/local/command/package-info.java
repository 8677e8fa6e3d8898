/** Is the {@code guanlan} command: starts, shows and stops the whole platform on one machine. */
@NullMarked
package dev.guanlan.local.command;

import org.jspecify.annotations.NullMarked;
