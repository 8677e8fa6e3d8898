/** Keeps rule groups on the compacted topic of rules, one record a group, and changes them. */
@NullMarked
package dev.guanlan.connector.kafka.rules;

import org.jspecify.annotations.NullMarked;
