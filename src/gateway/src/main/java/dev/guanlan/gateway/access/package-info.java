/** Decides who may push, and for which tenants, by a file of credentials. */
@NullMarked
package dev.guanlan.gateway.access;

import org.jspecify.annotations.NullMarked;
