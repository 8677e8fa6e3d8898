package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the labels of series from a resource and the attributes of a data point, as Prometheus'
 * OTLP receiver does: {@code job} and {@code instance} from the service, attributes by their
 * translated names, those that come to the same name joined by semicolons.
 */
final class SeriesLabels {

  private static final String SERVICE_NAME = "service.name";
  private static final String SERVICE_NAMESPACE = "service.namespace";
  private static final String SERVICE_INSTANCE_ID = "service.instance.id";

  private final OtlpInput input;
  private final LabelNames names = new LabelNames();
  private final TreeMap<String, String> labels = new TreeMap<>();
  private String job = "";
  private String instance = "";

  SeriesLabels(OtlpInput input) {
    this.input = input;
  }

  /** Sets the resource that the next data points belong to. */
  void resource(Labels attributes) {
    String service = attributes.getOrEmpty(SERVICE_NAME);
    String namespace = attributes.getOrEmpty(SERVICE_NAMESPACE);
    job = service.isEmpty() || namespace.isEmpty() ? service : namespace + "/" + service;
    instance = attributes.getOrEmpty(SERVICE_INSTANCE_ID);
  }

  /** Returns the {@code job} of the current resource; empty if it has none. */
  String job() {
    return job;
  }

  /** Returns the {@code instance} of the current resource; empty if it has none. */
  String instance() {
    return instance;
  }

  /** Sets the attributes of the data point whose series are next. */
  void point(AttributesReader attributes) throws MalformedPayloadException {
    labels.clear();
    attributes.sort();
    for (int i = 0; i < attributes.size(); i++) {
      add(attributes.name(i), attributes.value(i));
    }
    addTarget();
  }

  /**
   * Returns the labels of the series {@code name} of the current point.
   *
   * @param extraName the name of a further label, or null
   * @param extraValue its value
   */
  Labels series(String name, @Nullable String extraName, String extraValue)
      throws MalformedPayloadException {
    labels.put(Labels.METRIC_NAME, name);
    String hidden = null;
    if (extraName != null) {
      hidden = labels.put(extraName, extraValue);
    }
    input.budget.charge(64 + 16L * labels.size());
    Labels made = Labels.of(labels);
    if (extraName != null) {
      // The point's other series have the attribute of this name, if there is one.
      if (hidden == null) {
        labels.remove(extraName);
      } else {
        labels.put(extraName, hidden);
      }
    }
    return made;
  }

  /** Returns the labels of {@code target_info} for a resource, or null if it would say nothing. */
  @Nullable Labels targetInfo(Labels resource) throws MalformedPayloadException {
    if (job.isEmpty() && instance.isEmpty()) {
      return null;
    }
    labels.clear();
    for (int i = 0; i < resource.size(); i++) {
      String name = resource.name(i);
      if (!name.equals(SERVICE_NAME)
          && !name.equals(SERVICE_NAMESPACE)
          && !name.equals(SERVICE_INSTANCE_ID)) {
        add(name, resource.value(i));
      }
    }
    if (labels.isEmpty()) {
      return null;
    }
    addTarget();
    return series("target_info", null, "");
  }

  private void add(String attribute, String value) throws MalformedPayloadException {
    String name = names.translate(attribute);
    if (name.isEmpty()) {
      return;
    }
    String before = labels.get(name);
    String joined = before == null ? value : before + ";" + value;
    if (joined.length() > input.limits.maxLabelValueBytes()) {
      throw new MalformedPayloadException(
          "the attribute "
              + Excerpt.of(attribute)
              + " of a metric has "
              + joined.length()
              + " characters where "
              + input.limits.maxLabelValueBytes()
              + " are allowed, which is a fixed limit; shorten it at the sender");
    }
    if (before != null) {
      input.budget.chargeText(joined.length());
    }
    labels.put(name, joined);
  }

  private void addTarget() {
    if (!job.isEmpty()) {
      labels.put("job", job);
    }
    if (!instance.isEmpty()) {
      labels.put("instance", instance);
    }
  }
}
