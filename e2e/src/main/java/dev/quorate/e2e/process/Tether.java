package dev.quorate.e2e.process;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of every process started here: {@code Tether MAIN ARGS...} runs {@code MAIN} and ends the process,
 * as a crash would, when its standard input ends. The parent holds the other end of that pipe and never writes to it,
 * so the kernel closes it however the parent ends, a kill included. This needs no operating system call that only one
 * platform has.
 */
public final class Tether {
    /** The exit code of a process whose parent went away. */
    static final int PARENT_GONE = 99;

    private Tether() {}

    /**
     * Runs the main class named by the first argument with the other arguments.
     *
     * @throws Throwable what that main class throws
     */
    public static void main(String[] args) throws Throwable {
        Thread.ofPlatform().daemon().name("tether").start(Tether::haltAtEndOfInput);
        var main = Class.forName(args[0]).getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException failed) {
            throw failed.getCause() == null ? failed : failed.getCause();
        }
    }

    private static void haltAtEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream()); // nobody writes; only the end matters
        } catch (IOException broken) {
            // A broken pipe says the same as its end.
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
