package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final List<Integer> handled = new ArrayList<>();
    private final CompletableFuture<Throwable> death = new CompletableFuture<>();
    private final CountDownLatch ticked = new CountDownLatch(3);
    private int batches;
    private int handledAtFirstTick = -1;

    private final Loop loop = new Loop(new Loop.Ticked() {
        @Override
        public void tick() {
            handledAtFirstTick = handledAtFirstTick < 0 ? handled.size() : handledAtFirstTick;
            ticked.countDown();
        }

        @Override
        public void endBatch() {
            batches++;
        }
    }, thread, death::complete);

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    private <T> T onThread(Callable<T> what) throws Exception {
        return thread.submit(what).get(10, TimeUnit.SECONDS);
    }

    @Test
    void ticksWithoutInputs() throws Exception {
        loop.start();
        assertThat(ticked.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void inputsRunInOrderAndWhatWasPostedTogetherIsOneBatch() throws Exception {
        onThread(() -> {
            IntStream.range(0, 100).forEach(i -> loop.post(() -> handled.add(i)));
            return 0;
        });
        assertThat(onThread(() -> List.copyOf(handled))).isEqualTo(IntStream.range(0, 100).boxed().toList());
        assertThat(onThread(() -> batches)).isEqualTo(1);
    }

    @Test
    void aFloodOfInputsLeavesTheThreadToOthersBetweenBatches() throws Exception {
        var handledBefore = onThread(() -> {
            IntStream.range(0, 5000).forEach(i -> loop.post(() -> handled.add(i)));
            return thread.submit(handled::size);
        });
        assertThat(handledBefore.get(10, TimeUnit.SECONDS)).isLessThan(5000);
        var all = new CompletableFuture<Integer>();
        loop.post(() -> all.complete(handled.size()));
        assertThat(all.get(10, TimeUnit.SECONDS)).isEqualTo(5000);
    }

    @Test
    void aTickThatIsDueComesBeforeTheInputs() throws Exception {
        onThread(() -> {
            IntStream.range(0, 10).forEach(i -> loop.post(() -> handled.add(i)));
            return 0;
        });
        assertThat(onThread(() -> handledAtFirstTick)).isZero();
    }

    @Test
    void whatAnInputPostsIsNotForgotten() throws Exception {
        var last = new CompletableFuture<Integer>();
        loop.post(() -> loop.post(() -> loop.post(() -> last.complete(1))));
        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void anInputThatThrowsEndsTheLoopAndIsTold() throws Exception {
        var bad = new IllegalStateException("bad input");
        loop.start();
        loop.post(() -> {
            throw bad;
        });
        loop.post(() -> handled.add(1));
        assertThat(death.get(10, TimeUnit.SECONDS)).isSameAs(bad);
        loop.post(() -> handled.add(2));
        assertThat(onThread(() -> List.copyOf(handled))).isEmpty();
    }

    @Test
    void nothingRunsAfterItWasStoppedFromAnywhere() throws Exception {
        loop.start();
        loop.stop();
        loop.post(() -> handled.add(1));
        int before = onThread(() -> batches);
        assertThat(onThread(() -> List.copyOf(handled))).isEmpty();
        assertThat(onThread(() -> batches)).isEqualTo(before);
    }

    @Test
    void itCanBeStoppedByAnInput() throws Exception {
        var stopped = new CompletableFuture<Boolean>();
        loop.post(() -> {
            try {
                loop.stop();
                stopped.complete(true);
            } catch (InterruptedException unexpected) {
                stopped.completeExceptionally(unexpected);
            }
        });
        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
