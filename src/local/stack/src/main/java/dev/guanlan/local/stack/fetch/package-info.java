/**
 * Brings third-party programs to this machine at their first use and keeps them in a cache folder:
 * class paths by Maven, native libraries by npm, programs by Debian's package tools.
 */
@NullMarked
package dev.guanlan.local.stack.fetch;

import org.jspecify.annotations.NullMarked;
