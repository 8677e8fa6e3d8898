/**
 * Writes to a terminal, or to a pipe: tables, figures for people, and lines that are drawn again.
 */
@NullMarked
package dev.guanlan.local.command.terminal;

import org.jspecify.annotations.NullMarked;
