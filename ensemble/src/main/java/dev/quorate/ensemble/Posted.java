package dev.quorate.ensemble;

import dev.quorate.ensemble.member.Loop;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The way to the loop, for the parts that are made before it. */
final class Posted implements Executor {
    volatile @Nullable Loop loop;

    @Override
    public void execute(Runnable input) {
        Objects.requireNonNull(loop).post(input);
    }
}
