/** Decides who is let in, for which tenants and what for, by a file of credentials. */
@NullMarked
package dev.guanlan.gateway.access;

import org.jspecify.annotations.NullMarked;
