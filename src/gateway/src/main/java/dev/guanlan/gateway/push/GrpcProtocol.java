package dev.guanlan.gateway.push;

/** Is a protocol that agents may also speak as the unary method of a gRPC service. */
public interface GrpcProtocol extends PushProtocol {

  /** Returns the method's path: {@code /package.Service/Method}. */
  String grpcPath();

  /** Returns what becomes of a message that came in the given compression. */
  Form grpcForm(Compression compression);
}
