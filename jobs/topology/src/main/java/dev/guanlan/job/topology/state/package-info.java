/**
 * Holds what the topology job keeps in its checkpoints and sends between its tasks, with the
 * formats. Class names, serializers and their order of fields are part of savepoints.
 */
@NullMarked
package dev.guanlan.job.topology.state;

import org.jspecify.annotations.NullMarked;
