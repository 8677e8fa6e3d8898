/** Specifies the ClickHouse sink. */
@NullMarked
package dev.guanlan.connector.clickhouse;

import org.jspecify.annotations.NullMarked;
