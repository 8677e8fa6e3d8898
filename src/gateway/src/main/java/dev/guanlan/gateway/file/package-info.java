/** Reads the files that the gateway is configured by, and reads them again when they change. */
@NullMarked
package dev.guanlan.gateway.file;

import org.jspecify.annotations.NullMarked;
