/** Specifies the ingest job. */
@NullMarked
package dev.guanlan.job.ingest;

import org.jspecify.annotations.NullMarked;
