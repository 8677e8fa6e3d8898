package dev.guanlan.rules.template;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds the functions of templates: those of Go's text/template and those of Prometheus. */
final class Functions {

  private static final int MANY = Integer.MAX_VALUE;
  private static final Map<String, Entry> ENTRIES = new HashMap<>();

  private record Entry(int least, int most, Body body) {}

  @FunctionalInterface
  private interface Body {
    @Nullable Object apply(Arguments arguments) throws BadArgument, TemplateData.QueryException;
  }

  /** Says that a function cannot take an argument; the message is for the user. */
  static final class BadArgument extends Exception {
    private static final long serialVersionUID = 1;

    BadArgument(String message) {
      super(message);
    }
  }

  static {
    goFunctions();
    texts();
    numbers();
    queries();
  }

  private Functions() {}

  static boolean exists(String name) {
    return ENTRIES.containsKey(name);
  }

  static SortedSet<String> names() {
    return new TreeSet<>(ENTRIES.keySet());
  }

  static @Nullable Object call(
      String name, List<@Nullable Object> arguments, TemplateData data, int offset)
      throws TemplateException {
    Entry entry = ENTRIES.get(name);
    if (entry == null) {
      throw new TemplateException("function \"" + name + "\" not defined", offset);
    }
    if (arguments.size() < entry.least || arguments.size() > entry.most) {
      throw new TemplateException(
          "wrong number of args for "
              + name
              + ": want "
              + (entry.most == entry.least ? "" : "at least ")
              + entry.least
              + " got "
              + arguments.size(),
          offset);
    }
    try {
      return entry.body.apply(new Arguments(arguments, data));
    } catch (BadArgument | TemplateData.QueryException e) {
      throw new TemplateException("error calling " + name + ": " + e.getMessage(), offset);
    }
  }

  private static void add(String name, int least, int most, Body body) {
    ENTRIES.put(name, new Entry(least, most, body));
  }

  private static void goFunctions() {
    // These two are evaluated argument by argument in Evaluator; here they only exist.
    add("and", 1, MANY, a -> a.get(0));
    add("or", 1, MANY, a -> a.get(0));
    add("not", 1, 1, a -> !Evaluator.truth(a.get(0)));
    add("eq", 2, MANY, Functions::equalToAny);
    add("ne", 2, 2, a -> !Comparison.equal(a.get(0), a.get(1)));
    add("lt", 2, 2, a -> Comparison.less(a.get(0), a.get(1)));
    add("le", 2, 2, a -> Comparison.lessOrEqual(a.get(0), a.get(1)));
    add("gt", 2, 2, a -> !Comparison.lessOrEqual(a.get(0), a.get(1)));
    add("ge", 2, 2, a -> !Comparison.less(a.get(0), a.get(1)));
    add("len", 1, 1, a -> length(a.get(0)));
    add("index", 1, MANY, Functions::index);
    add("slice", 1, 4, Slice::of);
    add("js", 0, MANY, a -> JavaScript.escape(print(a, false)));
    add("print", 0, MANY, a -> print(a, false));
    add("println", 0, MANY, a -> print(a, true) + "\n");
    add("printf", 1, MANY, a -> GoFormat.printf(a.text(0), a.from(1)));
    add("html", 0, MANY, a -> html(print(a, false)));
    add("urlquery", 0, MANY, a -> urlQuery(print(a, false)));
  }

  private static void texts() {
    add("toUpper", 1, 1, a -> each(a.text(0), Character::toUpperCase));
    add("toLower", 1, 1, a -> each(a.text(0), Character::toLowerCase));
    add("title", 1, 1, a -> Title.of(a.text(0)));
    add("match", 2, 2, a -> pattern(a.text(0)).matcher(a.text(1)).find());
    add("reReplaceAll", 3, 3, a -> Replacement.all(pattern(a.text(0)), a.text(1), a.text(2)));
    add("safeHtml", 1, 1, a -> a.text(0));
    add("stripPort", 1, 1, a -> HostPort.of(a.text(0)).withoutPort());
    add("stripDomain", 1, 1, a -> HostPort.of(a.text(0)).withoutDomain());
    add("urlQueryEscape", 1, 1, a -> urlQuery(a.text(0)));
    add("graphLink", 1, 1, a -> "/graph?g0.expr=" + urlQuery(a.text(0)) + "&g0.tab=0");
    add("tableLink", 1, 1, a -> "/graph?g0.expr=" + urlQuery(a.text(0)) + "&g0.tab=1");
    add("externalURL", 0, 0, a -> a.data().externalUrl());
    add("pathPrefix", 0, 0, a -> a.data().externalUrl().replaceFirst("^[a-z]+://[^/]*", ""));
    add("args", 0, MANY, Functions::args);
  }

  private static void numbers() {
    add("humanize", 1, 1, a -> Humanize.decimal(a.number(0)));
    add("humanize1024", 1, 1, a -> Humanize.binary(a.number(0)));
    add("humanizeDuration", 1, 1, a -> Humanize.duration(a.number(0)));
    add("humanizePercentage", 1, 1, a -> GoFormat.general(a.number(0) * 100, 4) + "%");
    add("humanizeTimestamp", 1, 1, a -> Humanize.timestamp(a.number(0)));
    add("toTime", 1, 1, a -> Humanize.time(a.number(0)));
    add("toDuration", 1, 1, a -> new GoTime.Duration((long) (a.number(0) * 1e9)));
    add("parseDuration", 1, 1, a -> Humanize.parseDuration(a.text(0)));
    add("now", 0, 0, a -> a.data().timestampMillis() / 1000.0);
  }

  private static void queries() {
    add("query", 1, 1, a -> a.data().queries().query(a.text(0)));
    add("first", 1, 1, a -> first(a.samples(0)));
    add("label", 2, 2, a -> a.sample(1).labels().getOrDefault(a.text(0), ""));
    add("value", 1, 1, a -> a.sample(0).value());
    add("strvalue", 1, 1, a -> a.sample(0).labels().getOrDefault("__value__", ""));
    add("sortByLabel", 2, 2, a -> sorted(a.samples(1), a.text(0)));
  }

  private static Object first(List<TemplateData.Sample> samples) throws BadArgument {
    if (samples.isEmpty()) {
      throw new BadArgument("first() called on vector with no elements");
    }
    return samples.get(0);
  }

  private static Object sorted(List<TemplateData.Sample> samples, String label) {
    List<TemplateData.Sample> sorted = new ArrayList<>(samples);
    sorted.sort(Comparator.comparing(sample -> sample.labels().getOrDefault(label, "")));
    return sorted;
  }

  private static Object args(Arguments arguments) {
    Evaluator.Arguments map = new Evaluator.Arguments();
    for (int i = 0; i < arguments.size(); i++) {
      map.put("arg" + i, arguments.get(i));
    }
    return map;
  }

  private static Object equalToAny(Arguments arguments) throws BadArgument {
    for (int i = 1; i < arguments.size(); i++) {
      if (Comparison.equal(arguments.get(0), arguments.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static Object length(@Nullable Object value) throws BadArgument {
    if (value instanceof String text) {
      return (long) text.getBytes(StandardCharsets.UTF_8).length;
    }
    if (value instanceof Map<?, ?> map) {
      return (long) map.size();
    }
    if (value instanceof Collection<?> list) {
      return (long) list.size();
    }
    throw new BadArgument("len of " + GoFormat.print(value));
  }

  private static @Nullable Object index(Arguments arguments) throws BadArgument {
    Object value = arguments.get(0);
    for (int i = 1; i < arguments.size(); i++) {
      Object key = arguments.get(i);
      if (value instanceof Map<?, ?> map && key instanceof String) {
        value = map.containsKey(key) ? map.get(key) : "";
      } else if (value instanceof List<?> list && key instanceof Long at) {
        if (at < 0 || at >= list.size()) {
          throw new BadArgument("index out of range: " + at);
        }
        value = list.get(at.intValue());
      } else {
        throw new BadArgument(
            "can't index " + GoFormat.print(value) + " by " + GoFormat.print(key));
      }
    }
    return value;
  }

  private static String print(Arguments arguments, boolean spaces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      // Go's Print puts a space between two operands of which neither is a string.
      boolean space =
          i > 0
              && (spaces
                  || !(arguments.get(i) instanceof String
                      || arguments.get(i - 1) instanceof String));
      text.append(space ? " " : "").append(GoFormat.print(arguments.get(i)));
    }
    return text.toString();
  }

  /** Maps characters one by one, as Go does: no character becomes two, none looks at others. */
  private static String each(String text, IntUnaryOperator map) {
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints().forEach(character -> mapped.appendCodePoint(map.applyAsInt(character)));
    return mapped.toString();
  }

  private static Pattern pattern(String regex) throws BadArgument {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new BadArgument(String.valueOf(e.getMessage()));
    }
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static String urlQuery(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  /** Gives a function its arguments as the types that it takes. */
  record Arguments(List<@Nullable Object> values, TemplateData data) {

    int size() {
      return values.size();
    }

    @Nullable Object get(int index) {
      return values.get(index);
    }

    List<@Nullable Object> from(int index) {
      return values.subList(index, values.size());
    }

    String text(int index) throws BadArgument {
      if (values.get(index) instanceof String text) {
        return text;
      }
      throw new BadArgument("wrong type: expected string; found " + GoFormat.print(get(index)));
    }

    double number(int index) throws BadArgument {
      Object value = values.get(index);
      if (value instanceof Number number) {
        return number.doubleValue();
      }
      if (value instanceof GoTime.Duration duration) {
        return duration.nanos() / 1e9;
      }
      if (value instanceof String text) {
        return Numbers.parseFloat(text);
      }
      throw new BadArgument("can't convert " + GoFormat.type(value) + " to float");
    }

    TemplateData.Sample sample(int index) throws BadArgument {
      if (values.get(index) instanceof TemplateData.Sample sample) {
        return sample;
      }
      throw new BadArgument("wrong type: expected a sample; found " + GoFormat.print(get(index)));
    }

    List<TemplateData.Sample> samples(int index) throws BadArgument {
      if (values.get(index) instanceof List<?> list
          && list.stream().allMatch(TemplateData.Sample.class::isInstance)) {
        return list.stream().map(TemplateData.Sample.class::cast).collect(Collectors.toList());
      }
      throw new BadArgument(
          "wrong type: expected a query's result; found " + GoFormat.print(get(index)));
    }
  }
}
