package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpResponse;
import dev.guanlan.gateway.push.PushProtocol.Form;

/** Is one request and its answer, as their transport has them. */
interface Exchange {

  /** Returns where the request came in, as the path was registered. */
  String path();

  /** Returns who takes its body. */
  Intake intake();

  /** Returns what becomes of its body; refuses one that is of no known form. */
  Form form() throws Refusal;

  /** Returns what says how long a push may take, for who took longer. */
  String timeLimit();

  /** Returns how many bytes the transport adds to a body. */
  int wrappingBytes();

  /** Takes away what the transport added to a body that was to be of {@code form}. */
  Content unwrap(Form form, byte[] body) throws Refusal;

  /**
   * Is a body as its sender made it.
   *
   * @param bytes the bytes, in the compression
   * @param compression what there is to undo
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Content(byte[] bytes, Compression compression) {}

  /** Answers what was taken. */
  HttpResponse accept(Answer answer);

  /** Answers what was not taken. */
  HttpResponse refuse(Refusal refusal);
}
