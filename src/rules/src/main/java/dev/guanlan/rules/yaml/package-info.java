/**
 * Reads YAML files strictly, as Prometheus reads its own: everything wrong in a file is found at
 * once, and told with line and column.
 */
@NullMarked
package dev.guanlan.rules.yaml;

import org.jspecify.annotations.NullMarked;
