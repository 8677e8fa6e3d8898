/** Holds tenants to the limits that a file sets. */
@NullMarked
package dev.guanlan.gateway.limits;

import org.jspecify.annotations.NullMarked;
