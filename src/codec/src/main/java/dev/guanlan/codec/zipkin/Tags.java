package dev.guanlan.codec.zipkin;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.LabelCollector;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Span;

/**
 * Sorts a span's tags into what OpenTelemetry keeps apart: attributes of the resource, the scope,
 * the status, the kind, and the span's own attributes.
 */
final class Tags {

  /** Attributes that describe who made a span, by OpenTelemetry's semantic conventions. */
  private static final String[] OF_RESOURCES = {
    "service.",
    "host.",
    "k8s.",
    "container.",
    "cloud.",
    "process.",
    "os.",
    "telemetry.",
    "deployment.",
    "device.",
    "webengine.",
    "aws.ecs.",
    "aws.eks.",
    "aws.log."
  };

  private static final String SERVICE_NAME = "service.name";

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private final LabelCollector attributes;
  private final LabelCollector resource;
  private String scope = "";
  private String statusCode = "";
  private String description = "";
  private String error = "";
  private boolean failed;
  private boolean internal;
  private String serviceNameSource = "";

  Tags(DecoderLimits limits, HeapBudget budget) {
    this.limits = limits;
    this.budget = budget;
    this.attributes = new LabelCollector(limits, budget);
    this.resource = new LabelCollector(limits, budget);
  }

  void clear() {
    attributes.clear();
    resource.clear();
    scope = "";
    statusCode = "";
    description = "";
    error = "";
    failed = false;
    internal = false;
    serviceNameSource = "";
  }

  /** Takes one tag as sent. */
  void tag(String name, String value) throws MalformedPayloadException {
    if (name.length() > limits.maxLabelNameBytes()) {
      throw new MalformedPayloadException(
          "a tag's name has "
              + name.length()
              + " characters where "
              + limits.maxLabelNameBytes()
              + " are allowed, which is a fixed limit: "
              + Excerpt.of(name)
              + "; shorten it at the sender");
    }
    budget.chargeText(name.length());
    budget.chargeText(value.length());
    switch (name) {
      case "error" -> {
        // The tag itself says that the span failed, whatever its value, as Zipkin has it.
        failed = true;
        error = value.equals("true") ? "" : value;
        attributes.add(name, error);
      }
      case "otel.status_code" -> statusCode = value;
      case "otel.status_description" -> description = value;
      case "otel.scope.name", "otel.library.name" -> scope = value;
      case "otlp.service.name.source" -> serviceNameSource = value;
      case "span.kind" -> {
        internal = value.equalsIgnoreCase("internal");
        if (!internal) {
          attributes.add(name, value);
        }
      }
      default -> (isOfResource(name) ? resource : attributes).add(name, value);
    }
  }

  private static boolean isOfResource(String name) {
    for (String prefix : OF_RESOURCES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Adds an attribute that was no tag; one without a value is none. */
  void attribute(String name, String value) throws MalformedPayloadException {
    if (!value.isEmpty()) {
      budget.chargeText(value.length());
      attributes.add(name, value);
    }
  }

  String scope() {
    return scope;
  }

  Span.Kind kind(Span.Kind sent) {
    return sent == Span.Kind.UNSPECIFIED && internal ? Span.Kind.INTERNAL : sent;
  }

  Span.Status status() {
    if (failed) {
      return Span.Status.ERROR;
    }
    return switch (statusCode) {
      case "OK", "STATUS_CODE_OK", "1" -> Span.Status.OK;
      case "ERROR", "STATUS_CODE_ERROR", "2" -> Span.Status.ERROR;
      default -> Span.Status.UNSET;
    };
  }

  String statusMessage() {
    return description.isEmpty() ? error : description;
  }

  /** Returns the resource's attributes, with the name of the local service among them. */
  Labels takeResource(String localService) throws MalformedPayloadException {
    if (!localService.isEmpty()) {
      budget.chargeText(localService.length());
      resource.add(serviceNameSource.isEmpty() ? SERVICE_NAME : serviceNameSource, localService);
    }
    return resource.take();
  }

  Labels takeAttributes() throws MalformedPayloadException {
    return attributes.take();
  }
}
