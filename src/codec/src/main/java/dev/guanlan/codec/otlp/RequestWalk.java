package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;

/**
 * Walks over an export request of any signal: {@code resource_*} with a resource and {@code
 * scope_*}, each with a scope and items. Protobuf allows a resource to stand behind its scopes, so
 * each level is looked over once for its head before its content is read.
 */
final class RequestWalk {

  /** Takes the resources that the walk meets. */
  @FunctionalInterface
  interface ResourceVisitor {
    /** Enters a resource. */
    void resource(Labels attributes) throws MalformedPayloadException;
  }

  /** Takes everything that the walk meets. */
  interface Visitor extends ResourceVisitor {
    /** Enters a scope of the resource entered last. */
    void scope(String name) throws MalformedPayloadException;

    /** Reads an item of the scope entered last, from its first to its last field. */
    void item() throws MalformedPayloadException;

    /** Leaves the scope. */
    void endScope() throws MalformedPayloadException;

    /** Leaves the resource. */
    void endResource() throws MalformedPayloadException;
  }

  private static final int RESOURCES = 1 << 3 | 2;
  private static final int HEAD = 1 << 3 | 2;
  private static final int CONTENT = 2 << 3 | 2;
  private static final int ATTRIBUTES = 1 << 3 | 2;
  private static final int NAME = 1 << 3 | 2;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;

  RequestWalk(OtlpInput input, AttributesReader attributes) {
    this.input = input;
    this.in = input.in;
    this.attributes = attributes;
  }

  void walk(Visitor visitor) throws MalformedPayloadException {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == RESOURCES) {
        int outer = in.enter();
        walkResource(visitor);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
  }

  /** Reads only the attributes of each resource. */
  void walkResources(ResourceVisitor visitor) throws MalformedPayloadException {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == RESOURCES) {
        int outer = in.enter();
        visitor.resource(readResource());
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
  }

  private void walkResource(Visitor visitor) throws MalformedPayloadException {
    int start = in.position();
    visitor.resource(readResource());
    in.moveTo(start, in.limit());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == CONTENT) {
        int outer = in.enter();
        walkScope(visitor);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    visitor.endResource();
  }

  private Labels readResource() throws MalformedPayloadException {
    attributes.clear();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == HEAD) {
        int outer = in.enter();
        while (in.hasMore()) {
          int field = in.tag();
          if (field == ATTRIBUTES) {
            attributes.read();
          } else {
            in.skip(field);
          }
        }
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    return attributes.take();
  }

  private void walkScope(Visitor visitor) throws MalformedPayloadException {
    int start = in.position();
    visitor.scope(readScopeName());
    in.moveTo(start, in.limit());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == CONTENT) {
        int outer = in.enter();
        visitor.item();
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    visitor.endScope();
  }

  private String readScopeName() throws MalformedPayloadException {
    String name = "";
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == HEAD) {
        int outer = in.enter();
        while (in.hasMore()) {
          int field = in.tag();
          if (field == NAME) {
            name = input.text("a scope's name");
          } else {
            in.skip(field);
          }
        }
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    return name;
  }
}
