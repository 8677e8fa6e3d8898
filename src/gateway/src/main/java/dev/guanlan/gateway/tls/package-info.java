/** Serves over TLS with certificates from files that may change. */
@NullMarked
package dev.guanlan.gateway.tls;

import org.jspecify.annotations.NullMarked;
