/** Looks at the running platform from outside: rows, lag, graph, alerts. */
@NullMarked
package dev.guanlan.local.command.look;

import org.jspecify.annotations.NullMarked;
