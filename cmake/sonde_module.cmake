# The only way to declare a library of sonde.
#
#   sonde_module(<name> SOURCES a.cpp ... [USES base wire ...] [PRIVATE_LIBS fmt::fmt ...]
#                [TESTS a_test.cpp ...] [TEST_USES sim ...] [TEST_LIBS sonde_dep::json ...]
#                [FUZZ dissect_fuzz.cpp ...] [BENCH a_bench.cpp ...])
#
# Each library exports only its own include root, libs/<name>/include: a header of a library that
# is not in USES is a missing file, not a review comment. SOURCES and the others are named relative
# to libs/<name>/src. A test beside a source links the library and TEST_USES; all tests of a library
# are one program, so that a change links once.

function(sonde_common_options target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    if(SONDE_DEVELOPER_MODE)
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Werror)
        target_compile_definitions(${target} PRIVATE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
    endif()
    if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
        target_compile_options(${target} PRIVATE -Wdangling -Werror=dangling)
    endif()
    if(SONDE_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${SONDE_SANITIZE} -fno-omit-frame-pointer)
        target_link_options(${target} PRIVATE -fsanitize=${SONDE_SANITIZE})
        if(SONDE_SANITIZE MATCHES undefined)
            target_compile_options(${target} PRIVATE -fno-sanitize-recover=all)
        endif()
        # Optimised and with ThreadSanitizer, g++ 12 sees bounds broken that nobody breaks.
        if(SONDE_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
        endif()
    endif()
    if(SONDE_FUZZ AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
        target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
endfunction()

function(sonde_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;PRIVATE_LIBS;TESTS;TEST_USES;TEST_LIBS;FUZZ;BENCH")
    set(root ${CMAKE_CURRENT_SOURCE_DIR})
    list(TRANSFORM arg_SOURCES PREPEND ${root}/src/)
    add_library(sonde_${name} STATIC ${arg_SOURCES})
    add_library(sonde::${name} ALIAS sonde_${name})
    set_target_properties(sonde_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
    sonde_common_options(sonde_${name})
    target_include_directories(sonde_${name}
        PUBLIC $<BUILD_INTERFACE:${root}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
        PRIVATE ${root}/src)
    foreach(used IN LISTS arg_USES)
        target_link_libraries(sonde_${name} PUBLIC sonde_${used})
    endforeach()
    foreach(lib IN LISTS arg_PRIVATE_LIBS)
        target_link_libraries(sonde_${name} PRIVATE $<BUILD_INTERFACE:${lib}>)
    endforeach()
    set_property(GLOBAL APPEND PROPERTY SONDE_MODULES ${name})
    set_property(GLOBAL PROPERTY SONDE_USES_${name} "${arg_USES}")
    set_property(GLOBAL APPEND PROPERTY SONDE_PRIVATE_LIBS ${arg_PRIVATE_LIBS})
    install(DIRECTORY ${root}/include/sonde DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    if(SONDE_DEVELOPER_MODE)
        sonde_module_tests(${name})
    endif()
endfunction()

# Reads the arguments of sonde_module above.
macro(sonde_module_tests name)
    if(arg_TESTS AND NOT SONDE_FUZZ)
        list(TRANSFORM arg_TESTS PREPEND ${root}/src/)
        add_executable(sonde_${name}_test ${arg_TESTS})
        sonde_common_options(sonde_${name}_test)
        target_include_directories(sonde_${name}_test PRIVATE ${root}/src)
        target_link_libraries(sonde_${name}_test PRIVATE sonde_${name} sonde_testing
            ${arg_PRIVATE_LIBS} ${arg_TEST_LIBS})
        foreach(used IN LISTS arg_TEST_USES)
            target_link_libraries(sonde_${name}_test PRIVATE sonde_${used})
        endforeach()
        target_precompile_headers(sonde_${name}_test PRIVATE <gtest/gtest.h> <string> <vector>)
        if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
            target_compile_options(sonde_${name}_test PRIVATE -fpch-preprocess)  # lets ccache see through it
        endif()
        sonde_discover(sonde_${name}_test ${name})
    endif()
    foreach(source IN LISTS arg_FUZZ)
        string(REGEX REPLACE "\\.cpp$" "" fuzz ${source})
        add_executable(${fuzz} ${root}/src/${source})
        sonde_common_options(${fuzz})
        target_include_directories(${fuzz} PRIVATE ${root}/src)
        target_link_libraries(${fuzz} PRIVATE sonde_${name} ${arg_PRIVATE_LIBS})
        foreach(used IN LISTS arg_TEST_USES)
            target_link_libraries(${fuzz} PRIVATE sonde_${used})
        endforeach()
        if(SONDE_FUZZ)
            target_link_options(${fuzz} PRIVATE -fsanitize=fuzzer)
        else()
            # Without libFuzzer the same target replays the corpus, the captures and seeded noise.
            target_sources(${fuzz} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz_replay.cpp)
            add_test(NAME fuzz.${fuzz} COMMAND ${fuzz} ${PROJECT_SOURCE_DIR}/corpus/${fuzz})
            set_tests_properties(fuzz.${fuzz} PROPERTIES LABELS fuzz
                ENVIRONMENT "SONDE_CORPUS=${SONDE_CORPUS}")
        endif()
    endforeach()
    if(SONDE_BENCH)
        foreach(source IN LISTS arg_BENCH)
            string(REGEX REPLACE "\\.cpp$" "" bench ${source})
            add_executable(${bench} ${root}/src/${source})
            sonde_common_options(${bench})
            # The floors are shared with the table in bench/.
            target_include_directories(${bench} PRIVATE ${root}/src ${PROJECT_SOURCE_DIR}/bench)
            target_link_libraries(${bench} PRIVATE sonde_${name} sonde_testing benchmark::benchmark
                benchmark::benchmark_main)
            foreach(used IN LISTS arg_TEST_USES)
                target_link_libraries(${bench} PRIVATE sonde_${used})
            endforeach()
            add_test(NAME bench.${bench} COMMAND ${bench} --benchmark_min_time=0.01)
            set_tests_properties(bench.${bench} PROPERTIES LABELS bench)
        endforeach()
    endif()
endmacro()

function(sonde_discover target label)
    # The sanitizers' start makes a process a test expensive; tests of one program run in one
    # process, and the runner's own output names the rule that broke.
    add_test(NAME ${label} COMMAND ${target})
    set_tests_properties(${label} PROPERTIES LABELS unit ENVIRONMENT "SONDE_CORPUS=${SONDE_CORPUS}"
        FAIL_REGULAR_EXPRESSION "Running 0 tests")
endfunction()
