/**
 * Is the topology job: it finds entities, relations and calls in telemetry, and writes them to
 * Neo4j and to the compacted {@code topology} topic as they change.
 */
@NullMarked
package dev.guanlan.job.topology;

import org.jspecify.annotations.NullMarked;
