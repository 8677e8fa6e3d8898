package dev.guanlan.rules.template;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts texts and lists as {@code slice} of Go's templates does; a text's places are bytes. */
final class Slice {

  private Slice() {}

  static Object of(Functions.Arguments arguments) throws Functions.BadArgument {
    Object value = arguments.get(0);
    if (value instanceof String text) {
      if (arguments.size() > 3) {
        throw new Functions.BadArgument("cannot 3-index slice a string");
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int[] bounds = bounds(arguments, bytes.length);
      return new String(Arrays.copyOfRange(bytes, bounds[0], bounds[1]), StandardCharsets.UTF_8);
    }
    if (value instanceof List<?> list) {
      int[] bounds = bounds(arguments, list.size());
      return list.subList(bounds[0], bounds[1]);
    }
    throw new Functions.BadArgument("can't slice " + GoFormat.print(value));
  }

  private static int[] bounds(Functions.Arguments arguments, int length)
      throws Functions.BadArgument {
    int[] bounds = {0, length, length};
    for (int i = 1; i < arguments.size(); i++) {
      @Nullable Object index = arguments.get(i);
      if (!(index instanceof Long at)) {
        throw new Functions.BadArgument("cannot index slice/array with " + GoFormat.print(index));
      }
      if (at < 0 || at > length) {
        throw new Functions.BadArgument("index out of range: " + at);
      }
      bounds[i - 1] = at.intValue();
    }
    if (bounds[0] > bounds[1] || bounds[1] > bounds[2]) {
      throw new Functions.BadArgument("invalid slice index: " + bounds[0] + " > " + bounds[1]);
    }
    return bounds;
  }
}
