package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.InsertBody;
import java.util.concurrent.CompletableFuture;

/** Sends rows to ClickHouse without waiting. */
@FunctionalInterface
interface Inserter {

  /**
   * Sends rows.
   *
   * @param token what ClickHouse knows the rows by: it stores those of one token once
   * @param body the rows
   */
  CompletableFuture<Void> insert(String statement, String token, InsertBody body);
}
