/**
 * Keeps account of the one stack that runs in a data folder: who supervises it, since when, on
 * which ports, and what happened to it.
 */
@NullMarked
package dev.guanlan.local.command.run;

import org.jspecify.annotations.NullMarked;
