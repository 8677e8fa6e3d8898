/**
 * Makes up a fleet of nodes that is scraped: its series, their values, and what is sent of them.
 */
@NullMarked
package dev.guanlan.bench.nodes;

import org.jspecify.annotations.NullMarked;
