package dev.guanlan.gateway.push;

import dev.guanlan.gateway.push.PushProtocol.Form;
import dev.guanlan.gateway.push.PushProtocol.Sender;

/**
 * Is one push whose headers were found good.
 *
 * @param path where it came in, as the path was registered
 * @param tenant for whom it is
 * @param quota what this tenant may push
 * @param form what becomes of its body
 * @param sender who sent it
 * @param lease its share of the bytes in flight, which whoever made it releases
 */
record Push(
    String path, String tenant, Quota quota, Form form, Sender sender, InFlightBytes.Lease lease) {}
