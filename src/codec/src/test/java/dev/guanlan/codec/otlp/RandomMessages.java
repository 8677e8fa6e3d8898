package dev.guanlan.codec.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;

/** Fills messages of any type at random, every field of them. */
final class RandomMessages {

  private static final int MAX_DEPTH = 9;
  private static final long[] LONGS = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53};
  private static final double[] DOUBLES = {
    0, -0.0, 1.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE
  };

  private final Random random;

  RandomMessages(Random random) {
    this.random = random;
  }

  /** Fills {@code message}. */
  Message fill(Message.Builder message, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean nests = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      // The indices into a dictionary belong to profiles, and no signal here has one.
      if (field.getName().endsWith("_strindex") || (nests && depth == MAX_DEPTH)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(depth < 4 ? 3 : 2); i > 0; i--) {
          message.addRepeatedField(field, value(message, field, depth));
        }
      } else if (random.nextInt(4) > 0) {
        message.setField(field, value(message, field, depth));
      }
    }
    return message.build();
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> text();
      case BYTE_STRING -> bytes(field.getName());
      case BOOLEAN -> random.nextBoolean();
      case INT -> (int) number();
      case LONG -> number();
      case FLOAT -> throw new IllegalArgumentException("OTLP has no floats");
      case DOUBLE ->
          random.nextBoolean() ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextGaussian();
      case ENUM -> pick(field.getEnumType().getValues());
      case MESSAGE -> fill(message.newBuilderForField(field), depth + 1);
    };
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private long number() {
    return random.nextBoolean() ? LONGS[random.nextInt(LONGS.length)] : random.nextLong();
  }

  private String text() {
    return pick(
        List.of("", "a", "service.name", "观澜 \uD83C\uDF0A", "\"\\\n\u0000\u2028", "x".repeat(200)));
  }

  private ByteString bytes(String field) {
    int length =
        field.endsWith("trace_id") ? 16 : field.endsWith("span_id") ? 8 : random.nextInt(9);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
