/**
 * Decodes what CloudQuery's Kafka destination writes in its format {@code json}: rows of one table
 * a topic, one JSON object a line, the payload in gzip if so configured.
 *
 * <p>Source: {@code plugins/destination/kafka} of https://github.com/cloudquery/cloudquery, and the
 * tables of its sources at https://hub.cloudquery.io
 */
@NullMarked
package dev.guanlan.codec.cloudquery;

import org.jspecify.annotations.NullMarked;
