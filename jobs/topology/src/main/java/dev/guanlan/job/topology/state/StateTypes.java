package dev.guanlan.job.topology.state;

import dev.guanlan.job.common.VersionedType;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Gives what the topology job keeps and exchanges its types in Flink. */
public final class StateTypes {

  /** Halves of calls. */
  public static final TypeInformation<CallSide> CALL_SIDES =
      VersionedType.of(CallSide.class, new CallSideSerializer());

  /** Calls. */
  public static final TypeInformation<Call> CALLS =
      VersionedType.of(Call.class, new CallSerializer());

  /** Calls whose halves may still come. */
  public static final TypeInformation<OpenCall> OPEN_CALLS =
      VersionedType.of(OpenCall.class, new OpenCallSerializer());

  /** Open windows of calls. */
  public static final TypeInformation<OpenWindows> OPEN_WINDOWS =
      VersionedType.of(OpenWindows.class, new OpenWindowsSerializer());

  /** What is known of entities and relations. */
  public static final TypeInformation<TrackedChange> TRACKED_CHANGES =
      VersionedType.of(TrackedChange.class, new TrackedChangeSerializer());

  private StateTypes() {}
}
