/**
 * Runs the platform's real parts as processes of one machine: Kafka, ClickHouse, Neo4j,
 * Alertmanager, Flink and our own programs, under one supervisor.
 *
 * <p>Nothing here is a mini-cluster inside the caller: each part is a child process with its own
 * log, its own data folder and a life line, so that none outlives the supervisor even when that is
 * killed.
 */
@NullMarked
package dev.guanlan.local.stack;

import org.jspecify.annotations.NullMarked;
