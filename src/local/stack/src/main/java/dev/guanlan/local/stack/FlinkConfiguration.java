package dev.guanlan.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads {@code flink-conf/<name>/config.yaml} into flat keys and texts. */
public final class FlinkConfiguration {

  private FlinkConfiguration() {}

  /** Returns the file of {@code name} under the project's folder, in the file's order. */
  public static Map<String, String> read(Path root, String name) throws IOException {
    Path file = root.resolve("flink-conf").resolve(name).resolve("config.yaml");
    if (!Files.exists(file)) {
      throw new IOException(
          "There is no Flink configuration %s; is %s the project's folder?".formatted(file, root));
    }
    LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, String> flat = new LinkedHashMap<>();
      flatten("", new Load(settings).loadFromInputStream(in), flat);
      return flat;
    } catch (YamlEngineException e) {
      throw new IOException(
          "The Flink configuration %s is not valid YAML: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void flatten(String prefix, Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, child) ->
              flatten(prefix.isEmpty() ? key.toString() : prefix + "." + key, child, flat));
    } else if (value instanceof List<?> list) {
      flat.put(prefix, list.stream().map(Object::toString).collect(Collectors.joining(";")));
    } else if (value != null && !prefix.isEmpty()) {
      flat.put(prefix, value.toString());
    }
  }
}
