package dev.guanlan.gateway.otlp;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.gateway.push.Inspection;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Topics;

/** Names the signals of OTLP, each with its paths, its topic and its words. */
enum Signal {
  METRICS("metrics", "metrics.v1.MetricsService", Topics.OTLP_METRICS, "rejectedDataPoints") {
    @Override
    Check newCheck(DecoderLimits limits) {
      OtlpMetricsDecoder decoder = new OtlpMetricsDecoder(limits);
      return (raw, inspection) -> {
        inspection.samples(decoder.decode(raw));
        return decoder.unsupported();
      };
    }
  },
  LOGS("logs", "logs.v1.LogsService", Topics.OTLP_LOGS, "rejectedLogRecords") {
    @Override
    Check newCheck(DecoderLimits limits) {
      OtlpLogsDecoder decoder = new OtlpLogsDecoder(limits);
      return (raw, inspection) -> {
        inspection.logs(decoder.decode(raw));
        return 0;
      };
    }
  },
  TRACES("traces", "trace.v1.TraceService", Topics.OTLP_SPANS, "rejectedSpans") {
    @Override
    Check newCheck(DecoderLimits limits) {
      OtlpSpansDecoder decoder = new OtlpSpansDecoder(limits);
      return (raw, inspection) -> {
        inspection.spans(decoder.decode(raw));
        return 0;
      };
    }
  };

  /** Decodes a body and returns how many of its parts have no translation yet. */
  interface Check {
    long check(RawRecord raw, Inspection inspection) throws MalformedPayloadException, Refusal;
  }

  /** The last part of the signal's HTTP paths. */
  final String pathName;

  /** Where the signal's bodies go. */
  final String topic;

  /** What a partial success calls the number of parts refused, in protobuf's JSON mapping. */
  final String rejectedName;

  /** The path of the signal's gRPC method. */
  final String grpcPath;

  Signal(String pathName, String service, String topic, String rejectedName) {
    this.pathName = pathName;
    this.grpcPath = "/opentelemetry.proto.collector." + service + "/Export";
    this.topic = topic;
    this.rejectedName = rejectedName;
  }

  /** Makes a check, for one thread at a time. */
  abstract Check newCheck(DecoderLimits limits);
}
