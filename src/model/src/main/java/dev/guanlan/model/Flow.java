package dev.guanlan.model;

/**
 * Is one network flow, or what was seen of it in an interval, from one client to one server.
 *
 * @param startNanos when it, or the interval, began, in nanoseconds since the epoch
 * @param endNanos when it, or the interval, ended, in nanoseconds since the epoch
 * @param clientAddress the client's IP address; empty if unknown
 * @param clientPort the client's port; 0 if unknown
 * @param serverAddress the server's IP address; empty if unknown
 * @param serverPort the server's port; 0 if unknown
 * @param networkProtocol {@code tcp}, {@code udp}, …, in lower case; empty if unknown
 * @param applicationProtocol {@code http}, {@code mysql}, …, in lower case; empty if unknown
 * @param client what the client is, as attributes by OpenTelemetry's names
 * @param server what the server is, as attributes by OpenTelemetry's names
 * @param bytesSent bytes from client to server
 * @param bytesReceived bytes from server to client
 * @param packetsSent packets from client to server
 * @param packetsReceived packets from server to client
 * @param requests application requests
 * @param errors failed application requests, on whichever side
 * @param retransmissions packets that were sent again, both ways
 * @param roundTripNanos round trip of the network in nanoseconds; 0 if unknown
 * @param responseNanos response time of the application in nanoseconds; 0 if unknown
 * @param attributes what else was said of it, values as text
 */
public record Flow(
    long startNanos,
    long endNanos,
    String clientAddress,
    int clientPort,
    String serverAddress,
    int serverPort,
    String networkProtocol,
    String applicationProtocol,
    Labels client,
    Labels server,
    long bytesSent,
    long bytesReceived,
    long packetsSent,
    long packetsReceived,
    long requests,
    long errors,
    long retransmissions,
    long roundTripNanos,
    long responseNanos,
    Labels attributes) {}
