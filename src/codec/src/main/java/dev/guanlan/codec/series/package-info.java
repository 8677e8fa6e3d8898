/**
 * Collects blocks of samples in columns, and remembers series by what names them on the wire, so
 * that one which comes again costs neither text nor objects.
 */
@NullMarked
package dev.guanlan.codec.series;

import org.jspecify.annotations.NullMarked;
