/**
 * Stores telemetry: raw topics are decoded, placed in the topology, and written to ClickHouse.
 *
 * <p>{@link dev.guanlan.job.ingest.IngestJob} is the whole picture; beside it stand the encoders
 * that make rows of blocks.
 */
@NullMarked
package dev.guanlan.job.ingest;

import org.jspecify.annotations.NullMarked;
