 (func $~lib/abi/assembly/feature/handle (param $0 i32) (param $1 i32) (result i32)
  i32.const 0
  global.set $~lib/abi/assembly/outbox/used
  global.get $~lib/abi/assembly/feature/feature
  local.tee $1
  i32.eqz
  if
   ;; an assertion traps
  end
  local.get $1
  local.get $0
  call $~lib/abi/assembly/feature/Feature#dispatch
  global.get $~lib/abi/assembly/outbox/used
 )
 (func $~lib/abi/assembly/feature/Feature#dispatch (param $0 i32) (param $1 i32)
  (local $2 f64)
  (local $3 f64)
  (local $4 i32)
  block $folding-inner1
   block $folding-inner0
    local.get $1
    i32.const 10
    i32.eq
    if
     local.get $0
     i32.const 8
     i32.sub
     i32.load
     i32.const 10
     i32.eq
     if
      i32.const 4128
      i64.load
      f64.convert_i64_s
      i32.const 4144
      i64.load
      f64.convert_i64_s
      f64.add
      local.tee $2
      f64.const 0
      f64.le
      i32.eqz
      if
       i32.const 4136
       i64.load
       i32.const 4120
       i64.load
       i64.sub
       f64.convert_i64_s
       local.get $0
       i32.load
       local.set $0
       i32.const 4152
       i32.load
       local.tee $1
       i32.const 513
       i32.ge_u
       br_if $folding-inner0
       local.get $0
       i32.load
       local.get $1
       i32.const 2
       i32.shl
       i32.add
       i32.load
       local.tee $4
       if (result i32)
        local.get $4
       else
        local.get $0
        local.get $1
        call $~lib/abi/assembly/per-instrument/PerInstrument<plugins/features/microprice/index/Grid>#make
       end
       f64.load
       f64.div
       local.set $3
       i32.const 4152
       i32.load
       local.set $0
       local.get $3
       i32.const 4128
       i64.load
       f64.convert_i64_s
       local.get $2
       f64.div
       f64.const -0.5
       f64.add
       f64.mul
       local.set $2
       i32.const 20
       i32.load
       global.get $~lib/abi/assembly/outbox/used
       i32.const 24
       i32.add
       i32.lt_u
       br_if $folding-inner1
       global.get $~lib/abi/assembly/outbox/used
       i32.const 16
       i32.load
       i32.add
       local.tee $1
       i32.const 16
       i32.store16
       local.get $1
       i32.const 20
       i32.store16 offset=2
       local.get $1
       i32.const 7
       i32.store16 offset=4
       local.get $1
       i32.const 1
       i32.store16 offset=6
       global.get $~lib/abi/assembly/outbox/used
       i32.const 24
       i32.add
       global.set $~lib/abi/assembly/outbox/used
       local.get $1
       i32.const 8
       i32.add
       local.tee $1
       i64.const 0
       i64.store align=1
       local.get $1
       i64.const 0
       i64.store offset=8 align=1
       local.get $1
       local.get $2
       f64.store
       local.get $1
       local.get $0
       i32.store offset=8
       local.get $1
       i32.const 0
       i32.store16 offset=12
       i32.const 4152
       i32.load
       local.set $0
       i32.const 20
       i32.load
       global.get $~lib/abi/assembly/outbox/used
       i32.const 24
       i32.add
       i32.lt_u
       br_if $folding-inner1
       global.get $~lib/abi/assembly/outbox/used
       i32.const 16
       i32.load
       i32.add
       local.tee $1
       i32.const 16
       i32.store16
       local.get $1
       i32.const 20
       i32.store16 offset=2
       local.get $1
       i32.const 7
       i32.store16 offset=4
       local.get $1
       i32.const 1
       i32.store16 offset=6
       global.get $~lib/abi/assembly/outbox/used
       i32.const 24
       i32.add
       global.set $~lib/abi/assembly/outbox/used
       local.get $1
       i32.const 8
       i32.add
       local.tee $1
       i64.const 0
       i64.store align=1
       local.get $1
       i64.const 0
       i64.store offset=8 align=1
       local.get $1
       local.get $3
       f64.store
       local.get $1
       local.get $0
       i32.store offset=8
       local.get $1
       i32.const 1
       i32.store16 offset=12
      end
     end
    else
     local.get $1
     i32.const 11
     i32.ne
     local.get $1
     i32.const 13
     i32.ne
     i32.and
     local.get $1
     i32.const 1
     i32.eq
     i32.and
     if
      local.get $0
      i32.const 8
      i32.sub
      i32.load
      i32.const 10
      i32.eq
      if
       local.get $0
       i32.load
       local.set $0
       i32.const 4144
       i32.load
       local.tee $1
       i32.const 513
       i32.ge_u
       br_if $folding-inner0
       local.get $0
       i32.load
       local.get $1
       i32.const 2
       i32.shl
       i32.add
       i32.load
       local.tee $4
       if (result i32)
        local.get $4
       else
        local.get $0
        local.get $1
        call $~lib/abi/assembly/per-instrument/PerInstrument<plugins/features/microprice/index/Grid>#make
       end
       i32.const 4104
       i64.load
       f64.convert_i64_s
       f64.store
      end
     end
    end
    return
   end
   ;; an assertion traps
  end
  ;; an assertion traps
 )
