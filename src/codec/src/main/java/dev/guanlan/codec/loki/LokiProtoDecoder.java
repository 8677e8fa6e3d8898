package dev.guanlan.codec.loki;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.RawRecord;

/** Decodes Loki pushes in protobuf, compressed with snappy. */
public final class LokiProtoDecoder implements Decoder<LogBlock> {

  private static final int STREAMS = 1 << 3 | 2;
  private static final int LABELS = 1 << 3 | 2;
  private static final int ENTRIES = 2 << 3 | 2;
  private static final int TIMESTAMP = 1 << 3 | 2;
  private static final int LINE = 2 << 3 | 2;
  // Field 4 is what a querier parsed out of the line; agents do not send it.
  private static final int METADATA = 3 << 3 | 2;
  private static final int SECONDS = 1 << 3;
  private static final int NANOS = 2 << 3;
  private static final int NAME = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final DecoderLimits limits;
  private final SnappyBlock block;
  private final ProtoReader in = new ProtoReader();
  private final PushCollector push;

  /** Makes a decoder. */
  public LokiProtoDecoder(DecoderLimits limits) {
    this.limits = limits;
    this.block =
        new SnappyBlock(
            limits,
            "logproto.PushRequest",
            "send smaller batches (batchsize in the client's configuration)");
    this.push = new PushCollector(limits);
  }

  @Override
  public LogBlock decode(RawRecord raw) throws MalformedPayloadException {
    block.decompress(raw.payload());
    push.begin(raw);
    try {
      in.reset(block.bytes(), 0, block.length());
      while (in.hasMore()) {
        int tag = in.tag();
        if (tag == STREAMS) {
          readStream();
        } else {
          in.skip(tag);
        }
      }
      return push.end();
    } finally {
      in.release();
      push.clear();
    }
  }

  private void readStream() throws MalformedPayloadException {
    push.beginStream();
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case LABELS -> push.labels(in.text("a stream's labels"));
        case ENTRIES -> readEntry();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    push.endStream();
  }

  // hot: the line and the entry are the only objects of an entry without structured metadata.
  private void readEntry() throws MalformedPayloadException {
    push.beginEntry();
    long time = 0;
    String line = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TIMESTAMP -> time = readTime();
        case LINE -> line = in.text("a log line");
        case METADATA -> readMetadata();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    push.endEntry(time, line);
  }

  private long readTime() throws MalformedPayloadException {
    long seconds = 0;
    long nanos = 0;
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SECONDS -> seconds = in.varint();
        case NANOS -> nanos = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    return PushCollector.nanos(seconds, nanos);
  }

  private void readMetadata() throws MalformedPayloadException {
    String name = "";
    String value = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case NAME -> name = in.text("a structured metadata's name", limits.maxLabelNameBytes());
        case VALUE -> value = in.text("a structured metadata's value");
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    push.metadata(name, value);
  }
}
