package dev.guanlan.gateway.push;

import dev.guanlan.gateway.push.PushProtocol.Form;
import dev.guanlan.gateway.push.PushProtocol.Sender;
import java.util.function.BooleanSupplier;

/**
 * Is one push whose headers were found good.
 *
 * @param path where it came in, as the path was registered
 * @param tenant for whom it is
 * @param quota what this tenant may push
 * @param form what becomes of its body
 * @param sender who sent it
 * @param lease its share of the bytes in flight, which whoever made it releases
 * @param over says whether nobody waits for the answer any more
 */
record Push(
    String path,
    String tenant,
    Quota quota,
    Form form,
    Sender sender,
    InFlightBytes.Lease lease,
    BooleanSupplier over) {

  /** Refuses a push that nobody waits for: its sender may have sent it again. */
  void refuseIfOver() throws Refusal {
    if (over.getAsBoolean()) {
      throw new Refusal(
          Refusal.Reason.INCOMPLETE,
          "the request was over before its body could be put on Kafka; send it again");
    }
  }
}
