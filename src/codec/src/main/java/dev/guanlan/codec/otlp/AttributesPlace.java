package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;

/**
 * Notes where the attributes of a data point stand, which are all in a row in what any sender
 * writes, though protobuf lets other fields stand between them.
 */
final class AttributesPlace {

  private int tag;
  private int pointFrom;
  private int from;
  private int to;
  private boolean any;
  private boolean alone;

  /** Starts a point, which begins where the reader is. */
  void start(int attributesTag, ProtoReader in) {
    tag = attributesTag;
    pointFrom = in.position();
    any = false;
    alone = true;
  }

  /** Passes over the attribute whose length is next. */
  void passOver(ProtoReader in) throws MalformedPayloadException {
    // Every tag of attributes is one byte.
    int start = in.position() - 1;
    in.skip(tag);
    if (!any) {
      from = start;
      any = true;
    } else if (to != start) {
      alone = false;
    }
    to = in.position();
  }

  /** Ends the point, whose last field was read, and tells its series about the attributes. */
  void end(PointSeries series, ProtoReader in) {
    if (!any) {
      series.point(tag, pointFrom, pointFrom, true);
    } else if (alone) {
      series.point(tag, from, to, true);
    } else {
      series.point(tag, pointFrom, in.position(), false);
    }
  }
}
