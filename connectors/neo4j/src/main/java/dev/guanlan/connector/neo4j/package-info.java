/**
 * Writes the topology to Neo4j: {@link dev.guanlan.connector.neo4j.Neo4jSink} takes versioned
 * entities and relations, at least once and in any order, and the graph converges.
 */
@NullMarked
package dev.guanlan.connector.neo4j;

import org.jspecify.annotations.NullMarked;
