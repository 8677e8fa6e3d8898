/**
 * Writes a Flink stream into ClickHouse.
 *
 * <p>{@link dev.guanlan.connector.clickhouse.ClickHouseSink} is the entry; a {@link
 * dev.guanlan.connector.clickhouse.RowEncoder} says what rows an element is. The README beside this
 * module states the guarantees.
 */
@NullMarked
package dev.guanlan.connector.clickhouse;

import org.jspecify.annotations.NullMarked;
