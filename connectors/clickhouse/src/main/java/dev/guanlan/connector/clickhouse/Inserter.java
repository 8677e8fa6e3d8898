package dev.guanlan.connector.clickhouse;

import java.util.concurrent.CompletableFuture;

/** Sends rows to ClickHouse without waiting. */
@FunctionalInterface
interface Inserter {

  /** Sends the bytes, which do not change until the future is done. */
  CompletableFuture<Void> insert(String statement, byte[] rows, int from, int length);
}
