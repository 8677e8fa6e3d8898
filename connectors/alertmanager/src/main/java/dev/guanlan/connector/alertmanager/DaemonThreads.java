package dev.guanlan.connector.alertmanager;

import java.util.concurrent.ThreadFactory;

/** Makes threads that keep no JVM alive. */
record DaemonThreads(String name) implements ThreadFactory {

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
