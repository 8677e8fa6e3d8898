package dev.guanlan.gateway.otlp;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.gateway.push.Inspection;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;

/** Names the signals of OTLP, each with its paths, its topic and its words. */
enum Signal {
  METRICS("metrics", Topics.OTLP_METRICS, "rejectedDataPoints") {
    @Override
    Check newCheck(DecoderLimits limits) {
      OtlpMetricsDecoder decoder = new OtlpMetricsDecoder(limits);
      EitherForm<SampleBlock> form = new EitherForm<>(OtlpRequest.METRICS, decoder, limits);
      return (raw, inspection) -> {
        inspection.samples(form.decode(raw));
        return decoder.unsupported();
      };
    }
  },
  LOGS("logs", Topics.OTLP_LOGS, "rejectedLogRecords") {
    @Override
    Check newCheck(DecoderLimits limits) {
      EitherForm<LogBlock> form =
          new EitherForm<>(OtlpRequest.LOGS, new OtlpLogsDecoder(limits), limits);
      return (raw, inspection) -> {
        inspection.logs(form.decode(raw));
        return 0;
      };
    }
  },
  TRACES("traces", Topics.OTLP_SPANS, "rejectedSpans") {
    @Override
    Check newCheck(DecoderLimits limits) {
      EitherForm<SpanBlock> form =
          new EitherForm<>(OtlpRequest.TRACES, new OtlpSpansDecoder(limits), limits);
      return (raw, inspection) -> {
        inspection.spans(form.decode(raw));
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

  Signal(String pathName, String topic, String rejectedName) {
    this.pathName = pathName;
    this.topic = topic;
    this.rejectedName = rejectedName;
  }

  /** Makes a check, for one thread at a time. */
  abstract Check newCheck(DecoderLimits limits);
}
