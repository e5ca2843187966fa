"""Runs a program as it is, and adds to each line that it prints how many processors it kept busy between its own last two readings
of time.perf_counter(). usage: clocked.py PROGRAM [arguments]"""
import builtins, runpy, sys, time

clock, say = time.perf_counter, print
readings = [(0.0, 0.0)] * 2
sys.argv = sys.argv[1:]


def perf_counter():
    now = clock()
    # Libraries read the clock too.
    if sys._getframe(1).f_code.co_filename == sys.argv[0]:
        readings[:] = readings[1], (now, time.process_time())
    return now


def print_with_cores(*words, **options):
    (begin, begin_busy), (end, end_busy) = readings
    say(*words, f"cores={(end_busy - begin_busy) / (end - begin):.2f}" if end > begin else "", **options)


time.perf_counter, builtins.print = perf_counter, print_with_cores
runpy.run_path(sys.argv[0], run_name="__main__")
