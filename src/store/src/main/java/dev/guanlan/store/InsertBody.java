package dev.guanlan.store;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/** Is the body of one insert, which can be read chunk by chunk, and again from the start. */
public interface InsertBody {

  /** Returns how many bytes all chunks have together. */
  long length();

  /** Returns the chunks, made as they are asked for; they must not be changed. */
  Iterator<ByteBuffer> chunks();

  /** Returns a copy of the whole. */
  default byte[] toBytes() {
    byte[] bytes = new byte[Math.toIntExact(length())];
    ByteBuffer target = ByteBuffer.wrap(bytes);
    chunks().forEachRemaining(target::put);
    return bytes;
  }

  /** Returns a body of one chunk. The bytes must not change before it was sent. */
  static InsertBody of(byte[] bytes, int from, int length) {
    return new InsertBody() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public Iterator<ByteBuffer> chunks() {
        return List.of(ByteBuffer.wrap(bytes, from, length)).iterator();
      }
    };
  }
}
