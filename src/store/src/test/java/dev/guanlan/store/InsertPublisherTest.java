package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The publisher of an insert's body")
final class InsertPublisherTest {

  private static final InsertBody ABC =
      new InsertBody() {
        @Override
        public long length() {
          return 3;
        }

        @Override
        public Iterator<ByteBuffer> chunks() {
          return List.of("a", "b", "c").stream()
              .map(text -> ByteBuffer.wrap(text.getBytes(UTF_8)))
              .iterator();
        }
      };

  /** Notes what it is told, and asks for more whenever it is told something. */
  private static final class Listener implements Subscriber<ByteBuffer> {

    private final List<String> told = new ArrayList<>();
    private final Consumer<Subscription> onNext;
    private @Nullable Subscription subscription;

    Listener(Consumer<Subscription> onNext) {
      this.onNext = onNext;
    }

    Subscription subscription() {
      if (subscription == null) {
        throw new IllegalStateException("not subscribed");
      }
      return subscription;
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ByteBuffer chunk) {
      told.add(UTF_8.decode(chunk).toString());
      onNext.accept(subscription());
    }

    @Override
    public void onError(Throwable failure) {
      told.add("failed");
    }

    @Override
    public void onComplete() {
      told.add("complete");
    }
  }

  private static Listener listen(InsertPublisher publisher, Consumer<Subscription> onNext) {
    Listener listener = new Listener(onNext);
    publisher.subscribe(listener);
    return listener;
  }

  @Test
  @DisplayName("gives as many chunks as are asked for, and says when there are no more")
  void demand() {
    InsertPublisher publisher = new InsertPublisher(ABC);
    Listener listener = listen(publisher, subscription -> {});
    assertThat(publisher.contentLength()).isEqualTo(3);
    assertThat(listener.told).isEmpty();
    listener.subscription().request(2);
    assertThat(listener.told).containsExactly("a", "b");
    listener.subscription().request(5);
    assertThat(listener.told).containsExactly("a", "b", "c", "complete");
    listener.subscription().request(1);
    assertThat(listener.told).hasSize(4);
  }

  @Test
  @DisplayName("gives what is asked for while it gives, in order")
  void reentrant() {
    Listener listener = listen(new InsertPublisher(ABC), subscription -> subscription.request(1));
    listener.subscription().request(1);
    assertThat(listener.told).containsExactly("a", "b", "c", "complete");
  }

  @Test
  @DisplayName("gives everything when that is asked for, and asked for again")
  void everything() {
    Listener listener =
        listen(new InsertPublisher(ABC), subscription -> subscription.request(Long.MAX_VALUE));
    listener.subscription().request(Long.MAX_VALUE);
    assertThat(listener.told).containsExactly("a", "b", "c", "complete");
  }

  @Test
  @DisplayName("gives the whole again to another who subscribes")
  void again() {
    InsertPublisher publisher = new InsertPublisher(ABC);
    Listener first = listen(publisher, subscription -> {});
    first.subscription().request(1);
    Listener second = listen(publisher, subscription -> {});
    second.subscription().request(9);
    assertThat(second.told).containsExactly("a", "b", "c", "complete");
  }

  @Test
  @DisplayName("gives nothing more when it is cancelled, or asked for less than one")
  void ends() {
    Listener cancelling = listen(new InsertPublisher(ABC), Subscription::cancel);
    cancelling.subscription().request(9);
    assertThat(cancelling.told).containsExactly("a");
    Listener wrong = listen(new InsertPublisher(ABC), subscription -> {});
    wrong.subscription().request(0);
    wrong.subscription().request(1);
    assertThat(wrong.told).containsExactly("failed");
  }
}
