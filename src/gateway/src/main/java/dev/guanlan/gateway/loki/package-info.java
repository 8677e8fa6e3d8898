/** Receives Loki's push. */
@NullMarked
package dev.guanlan.gateway.loki;

import org.jspecify.annotations.NullMarked;
