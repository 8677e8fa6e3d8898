package dev.guanlan.local.stack.host;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * Becomes a ClickHouse server by calling the engine's command-line entry point in {@code
 * libchdb.so}; ends when its standard input does.
 *
 * <p>This JVM must do nothing else: the engine takes over memory allocation and would take over
 * signals, which are switched off first because the JVM needs its own.
 */
public final class ClickHouseHost {

  private static final int POINTER_BYTES = Native.POINTER_SIZE;

  private ClickHouseHost() {}

  /** Runs the engine; the arguments are the library's path and then ClickHouse's own arguments. */
  public static void main(String[] args) {
    NativeLibrary library = NativeLibrary.getInstance(args[0]);
    library.getFunction("chdb_set_signal_handlers_enabled").invoke(new Object[] {0});
    String[] arguments = args.clone();
    arguments[0] = "clickhouse-local";
    Memory[] strings = new Memory[arguments.length];
    Memory argv = new Memory((long) POINTER_BYTES * (arguments.length + 1));
    for (int i = 0; i < arguments.length; i++) {
      strings[i] = cString(arguments[i]);
      argv.setPointer((long) POINTER_BYTES * i, strings[i]);
    }
    argv.setPointer((long) POINTER_BYTES * arguments.length, Pointer.NULL);
    Function run = library.getFunction("chdb_query_cmdline");
    Pointer result = run.invokePointer(new Object[] {arguments.length, argv});
    Runtime.getRuntime().halt(result == null ? 1 : 0);
  }

  private static Memory cString(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Memory memory = new Memory(bytes.length + 1L);
    memory.write(0, bytes, 0, bytes.length);
    memory.setByte(bytes.length, (byte) 0);
    return memory;
  }
}
