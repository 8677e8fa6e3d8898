/**
 * Decodes what DeepFlow's Kafka exporter writes: one JSON object a record, on topics named after
 * the table.
 *
 * <p>The exporter's JSON has quirks: arrays of labels and attributes whose texts are not escaped,
 * so that the whole is no JSON; 64-bit ids as numbers; names instead of ids for tags, under the
 * tag's name without {@code _id}; display names instead of numbers for enumerations; and one record
 * for every point at which a flow was observed.
 *
 * <p>Source: {@code server/ingester/exporters/common/interface.go} and the structures with its
 * field tags in {@code server/ingester/flow_log/log_data} and {@code server/libs/flow-metrics} of
 * https://github.com/deepflowio/deepflow
 */
@NullMarked
package dev.guanlan.codec.deepflow;

import org.jspecify.annotations.NullMarked;
