From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import loss hessian bias tables compute compute_bias rank_tables formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope Z_scope.

(* Instances, written by proofs_check/formal/instances.py, never by hand: Hessians of small      *)
(* networks as the exact engine of the project finds them, their ranks, and values of the rank   *)
(* formulas as SymPy finds them. Coq computes each of them itself. *)

(* Widths 2, 2: weights, and 2 samples *)
Definition one_layer_M := nth 0%N [:: 2; 2]%N.
Definition one_layer_W : nat -> table := nth [::] [::
  [:: [:: 0; 0];
    [:: 1; 2]]].
Definition one_layer_X : table := [:: [:: -2; -2];
    [:: 2; 2]].
Definition one_layer_Y : table := [:: [:: -1; -1];
    [:: 2; 0]].

Definition one_layer_outer : table :=
  [:: [:: 8; -8; 0; 0];
    [:: -8; 8; 0; 0];
    [:: 0; 0; 8; -8];
    [:: 0; 0; -8; 8]].

Lemma one_layer_outer_computed :
  outer_table one_layer_M 1 2 one_layer_W one_layer_X
  = one_layer_outer.
Proof. by vm_compute. Qed.

Definition one_layer_functional : table :=
  [:: [:: 0; 0; 0; 0];
    [:: 0; 0; 0; 0];
    [:: 0; 0; 0; 0];
    [:: 0; 0; 0; 0]].

Lemma one_layer_functional_computed :
  functional_table one_layer_M 1 2 one_layer_W one_layer_X one_layer_Y
  = one_layer_functional.
Proof. by vm_compute. Qed.

Definition one_layer_loss : table :=
  [:: [:: 8; -8; 0; 0];
    [:: -8; 8; 0; 0];
    [:: 0; 0; 8; -8];
    [:: 0; 0; -8; 8]].

Lemma one_layer_loss_computed :
  loss_table one_layer_M 1 2 one_layer_W one_layer_X one_layer_Y
  = one_layer_loss.
Proof. by vm_compute. Qed.

Theorem one_layer_hessian (F : numFieldType) :
  loss_hessian (to_weights one_layer_M F one_layer_W)
    (to_matrix F (one_layer_M 0%N) 2 one_layer_X)
    (to_matrix F (one_layer_M 1%N) 2 one_layer_Y)
  = to_matrix F _ _ one_layer_loss.
Proof. by rewrite loss_hessian_table one_layer_loss_computed. Qed.

Theorem one_layer_rank (F : numFieldType) :
  \rank (loss_hessian (to_weights one_layer_M F one_layer_W)
    (to_matrix F (one_layer_M 0%N) 2 one_layer_X)
    (to_matrix F (one_layer_M 1%N) 2 one_layer_Y))
  = 2%N.
Proof.
apply: (@rank_loss_table _ _ _ _ _ _ _ _
  ([:: [:: 1; 0; 0; 0];
    [:: 0; 0; 1; 0]])
  ([:: [:: 1; 0];
    [:: 0; 0];
    [:: 0; 1];
    [:: 0; 0]])
  ([:: [:: 8; 0];
    [:: -8; 0];
    [:: 0; 8];
    [:: 0; -8]])
  ([:: [:: 8; -8; 0; 0];
    [:: 0; 0; 8; -8]])
  (8)).
by vm_compute.
Qed.

(* Widths 2, 3, 2: weights, and 3 samples *)
Definition two_layers_M := nth 0%N [:: 2; 3; 2]%N.
Definition two_layers_W : nat -> table := nth [::] [::
  [:: [:: 2; -1];
    [:: -2; -1];
    [:: 0; 2]];
  [:: [:: 0; -2; -1];
    [:: 1; 2; 1]]].
Definition two_layers_X : table := [:: [:: 2; -2; 2];
    [:: -2; 0; -1]].
Definition two_layers_Y : table := [:: [:: -1; 1; -1];
    [:: 0; -1; -2]].

Definition two_layers_outer : table :=
  [:: [:: 12; -6; 24; -12; 12; -6; 0; 0; 0; 30; -18; -12];
    [:: -6; 5; -12; 10; -6; 5; 0; 0; 0; -17; 7; 10];
    [:: 24; -12; 96; -48; 48; -24; -60; 36; 24; 60; -36; -24];
    [:: -12; 10; -48; 40; -24; 20; 34; -14; -20; -34; 14; 20];
    [:: 12; -6; 48; -24; 24; -12; -30; 18; 12; 30; -18; -12];
    [:: -6; 5; -24; 20; -12; 10; 17; -7; -10; -17; 7; 10];
    [:: 0; 0; -60; 34; -30; 17; 77; -43; -34; 0; 0; 0];
    [:: 0; 0; 36; -14; 18; -7; -43; 29; 14; 0; 0; 0];
    [:: 0; 0; 24; -20; 12; -10; -34; 14; 20; 0; 0; 0];
    [:: 30; -17; 60; -34; 30; -17; 0; 0; 0; 77; -43; -34];
    [:: -18; 7; -36; 14; -18; 7; 0; 0; 0; -43; 29; 14];
    [:: -12; 10; -24; 20; -12; 10; 0; 0; 0; -34; 14; 20]].

Lemma two_layers_outer_computed :
  outer_table two_layers_M 2 3 two_layers_W two_layers_X
  = two_layers_outer.
Proof. by vm_compute. Qed.

Definition two_layers_functional : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 54; 0; 0; -16; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; -27; 0; 0; 5; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 54; 0; 0; -16; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; -27; 0; 0; 5; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 54; 0; 0; -16];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; -27; 0; 0; 5];
    [:: 54; -27; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 54; -27; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 54; -27; 0; 0; 0; 0; 0; 0];
    [:: -16; 5; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; -16; 5; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; -16; 5; 0; 0; 0; 0; 0; 0]].

Lemma two_layers_functional_computed :
  functional_table two_layers_M 2 3 two_layers_W two_layers_X two_layers_Y
  = two_layers_functional.
Proof. by vm_compute. Qed.

Definition two_layers_loss : table :=
  [:: [:: 12; -6; 24; -12; 12; -6; 54; 0; 0; 14; -18; -12];
    [:: -6; 5; -12; 10; -6; 5; -27; 0; 0; -12; 7; 10];
    [:: 24; -12; 96; -48; 48; -24; -60; 90; 24; 60; -52; -24];
    [:: -12; 10; -48; 40; -24; 20; 34; -41; -20; -34; 19; 20];
    [:: 12; -6; 48; -24; 24; -12; -30; 18; 66; 30; -18; -28];
    [:: -6; 5; -24; 20; -12; 10; 17; -7; -37; -17; 7; 15];
    [:: 54; -27; -60; 34; -30; 17; 77; -43; -34; 0; 0; 0];
    [:: 0; 0; 90; -41; 18; -7; -43; 29; 14; 0; 0; 0];
    [:: 0; 0; 24; -20; 66; -37; -34; 14; 20; 0; 0; 0];
    [:: 14; -12; 60; -34; 30; -17; 0; 0; 0; 77; -43; -34];
    [:: -18; 7; -52; 19; -18; 7; 0; 0; 0; -43; 29; 14];
    [:: -12; 10; -24; 20; -28; 15; 0; 0; 0; -34; 14; 20]].

Lemma two_layers_loss_computed :
  loss_table two_layers_M 2 3 two_layers_W two_layers_X two_layers_Y
  = two_layers_loss.
Proof. by vm_compute. Qed.

Theorem two_layers_hessian (F : numFieldType) :
  loss_hessian (to_weights two_layers_M F two_layers_W)
    (to_matrix F (two_layers_M 0%N) 3 two_layers_X)
    (to_matrix F (two_layers_M 2%N) 3 two_layers_Y)
  = to_matrix F _ _ two_layers_loss.
Proof. by rewrite loss_hessian_table two_layers_loss_computed. Qed.

Theorem two_layers_rank (F : numFieldType) :
  \rank (loss_hessian (to_weights two_layers_M F two_layers_W)
    (to_matrix F (two_layers_M 0%N) 3 two_layers_X)
    (to_matrix F (two_layers_M 2%N) 3 two_layers_Y))
  = 12%N.
Proof.
apply: (@rank_loss_table _ _ _ _ _ _ _ _
  ([:: [:: 65926694; 160681609; -212190570; -539243919; 146263876; 378562310; -123286301;
      -230443720; -115221860; -710487072; -869291568; -434645784];
    [:: 160681609; 207647357; -456454143; -1044484443; 295772534; 836837086; -433728571;
      -551648996; -275824498; -1407372786; -1763962704; -881981352];
    [:: -212190570; -456454143; -76149882; -98291799; 288340452; 554745942; 87873093; 117393678;
      135053244; 290542950; 147533562; 486091368];
    [:: -539243919; -1044484443; -98291799; -145878003; 637535718; 1190362446; 190045197;
      124259292; 306470142; 601368138; 353398788; 1001348568];
    [:: 146263876; 295772534; 288340452; 637535718; -434604328; -933308252; -117299602;
      -39662768; -172544194; -404705052; -102891168; -876094758];
    [:: 378562310; 836837086; 554745942; 1190362446; -933308252; -2027199532; -244997618;
      -61291288; -519326636; -843293700; -238734432; -1768665564];
    [:: -123286301; -433728571; 87873093; 190045197; -117299602; -244997618; -34191643;
      -33071012; -16535506; -119454318; -104373792; -52186896];
    [:: -230443720; -551648996; 117393678; 124259292; -39662768; -61291288; -33071012;
      -46112992; -23056496; -145768680; -85995648; -42997824];
    [:: -115221860; -275824498; 135053244; 306470142; -172544194; -519326636; -16535506;
      -23056496; -11528248; -72884340; -42997824; -21498912];
    [:: -710487072; -1407372786; 290542950; 601368138; -404705052; -843293700; -119454318;
      -145768680; -72884340; -419172084; -518359824; -259179912];
    [:: -869291568; -1763962704; 147533562; 353398788; -102891168; -238734432; -104373792;
      -85995648; -42997824; -518359824; -551800512; -275900256];
    [:: -434645784; -881981352; 486091368; 1001348568; -876094758; -1768665564; -52186896;
      -42997824; -21498912; -259179912; -275900256; -137950128]])
  ([:: [:: 1; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 1; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 1; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 1; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 1; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 1; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 1; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 1; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 1]])
  ([:: [:: 12; -6; 24; -12; 12; -6; 54; 0; 0; 14; -18; -12];
    [:: -6; 5; -12; 10; -6; 5; -27; 0; 0; -12; 7; 10];
    [:: 24; -12; 96; -48; 48; -24; -60; 90; 24; 60; -52; -24];
    [:: -12; 10; -48; 40; -24; 20; 34; -41; -20; -34; 19; 20];
    [:: 12; -6; 48; -24; 24; -12; -30; 18; 66; 30; -18; -28];
    [:: -6; 5; -24; 20; -12; 10; 17; -7; -37; -17; 7; 15];
    [:: 54; -27; -60; 34; -30; 17; 77; -43; -34; 0; 0; 0];
    [:: 0; 0; 90; -41; 18; -7; -43; 29; 14; 0; 0; 0];
    [:: 0; 0; 24; -20; 66; -37; -34; 14; 20; 0; 0; 0];
    [:: 14; -12; 60; -34; 30; -17; 0; 0; 0; 77; -43; -34];
    [:: -18; 7; -52; 19; -18; 7; 0; 0; 0; -43; 29; 14];
    [:: -12; 10; -24; 20; -28; 15; 0; 0; 0; -34; 14; 20]])
  ([:: [:: 4947895044; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 4947895044; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 4947895044; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 4947895044; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 4947895044; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 4947895044; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 4947895044; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 4947895044; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 4947895044; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 4947895044; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 4947895044; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 4947895044]])
  (4947895044)).
by vm_compute.
Qed.

(* Widths 2, 1, 2: weights, and 2 samples *)
Definition bottleneck_M := nth 0%N [:: 2; 1; 2]%N.
Definition bottleneck_W : nat -> table := nth [::] [::
  [:: [:: 2; -2]];
  [:: [:: -2];
    [:: -1]]].
Definition bottleneck_X : table := [:: [:: -2; 2];
    [:: 2; 0]].
Definition bottleneck_Y : table := [:: [:: -2; -2];
    [:: -1; 0]].

Definition bottleneck_outer : table :=
  [:: [:: 40; -20; -48; -24];
    [:: -20; 20; 32; 16];
    [:: -48; 32; 80; 0];
    [:: -24; 16; 0; 80]].

Lemma bottleneck_outer_computed :
  outer_table bottleneck_M 2 2 bottleneck_W bottleneck_X
  = bottleneck_outer.
Proof. by vm_compute. Qed.

Definition bottleneck_functional : table :=
  [:: [:: 0; 0; -48; -26];
    [:: 0; 0; 36; 18];
    [:: -48; 36; 0; 0];
    [:: -26; 18; 0; 0]].

Lemma bottleneck_functional_computed :
  functional_table bottleneck_M 2 2 bottleneck_W bottleneck_X bottleneck_Y
  = bottleneck_functional.
Proof. by vm_compute. Qed.

Definition bottleneck_loss : table :=
  [:: [:: 40; -20; -96; -50];
    [:: -20; 20; 68; 34];
    [:: -96; 68; 80; 0];
    [:: -50; 34; 0; 80]].

Lemma bottleneck_loss_computed :
  loss_table bottleneck_M 2 2 bottleneck_W bottleneck_X bottleneck_Y
  = bottleneck_loss.
Proof. by vm_compute. Qed.

Theorem bottleneck_hessian (F : numFieldType) :
  loss_hessian (to_weights bottleneck_M F bottleneck_W)
    (to_matrix F (bottleneck_M 0%N) 2 bottleneck_X)
    (to_matrix F (bottleneck_M 2%N) 2 bottleneck_Y)
  = to_matrix F _ _ bottleneck_loss.
Proof. by rewrite loss_hessian_table bottleneck_loss_computed. Qed.

Theorem bottleneck_rank (F : numFieldType) :
  \rank (loss_hessian (to_weights bottleneck_M F bottleneck_W)
    (to_matrix F (bottleneck_M 0%N) 2 bottleneck_X)
    (to_matrix F (bottleneck_M 2%N) 2 bottleneck_Y))
  = 4%N.
Proof.
apply: (@rank_loss_table _ _ _ _ _ _ _ _
  ([:: [:: 20900; 33140; -3089; -1022];
    [:: 33140; 42580; 3575; 2616];
    [:: -3089; 3575; -235; -3450];
    [:: -1022; 2616; -3450; 4760]])
  ([:: [:: 1; 0; 0; 0];
    [:: 0; 1; 0; 0];
    [:: 0; 0; 1; 0];
    [:: 0; 0; 0; 1]])
  ([:: [:: 40; -20; -96; -50];
    [:: -20; 20; 68; 34];
    [:: -96; 68; 80; 0];
    [:: -50; 34; 0; 80]])
  ([:: [:: 520844; 0; 0; 0];
    [:: 0; 520844; 0; 0];
    [:: 0; 0; 520844; 0];
    [:: 0; 0; 0; 520844]])
  (520844)).
by vm_compute.
Qed.

(* Widths 2, 2, 1, 2: weights, and 2 samples *)
Definition three_layers_M := nth 0%N [:: 2; 2; 1; 2]%N.
Definition three_layers_W : nat -> table := nth [::] [::
  [:: [:: 1; 2];
    [:: 2; 0]];
  [:: [:: 2; 2]];
  [:: [:: 2];
    [:: -2]]].
Definition three_layers_X : table := [:: [:: 0; 1];
    [:: -1; -1]].
Definition three_layers_Y : table := [:: [:: 1; 2];
    [:: 0; -2]].

Definition three_layers_outer : table :=
  [:: [:: 32; -32; 32; -32; -16; 32; 8; -8];
    [:: -32; 64; -32; 64; 48; -32; 8; -8];
    [:: 32; -32; 32; -32; -16; 32; 8; -8];
    [:: -32; 64; -32; 64; 48; -32; 8; -8];
    [:: -16; 48; -16; 48; 40; -16; 12; -12];
    [:: 32; -32; 32; -32; -16; 32; 8; -8];
    [:: 8; 8; 8; 8; 12; 8; 20; 0];
    [:: -8; -8; -8; -8; -12; -8; 0; 20]].

Lemma three_layers_outer_computed :
  outer_table three_layers_M 3 2 three_layers_W three_layers_X
  = three_layers_outer.
Proof. by vm_compute. Qed.

Definition three_layers_functional : table :=
  [:: [:: 0; 0; 0; 0; 8; 0; 4; -4];
    [:: 0; 0; 0; 0; 26; 0; 14; -12];
    [:: 0; 0; 0; 0; 0; 8; 4; -4];
    [:: 0; 0; 0; 0; 0; 26; 14; -12];
    [:: 8; 26; 0; 0; 0; 0; 16; -14];
    [:: 0; 0; 8; 26; 0; 0; 4; -4];
    [:: 4; 14; 4; 14; 16; 4; 0; 0];
    [:: -4; -12; -4; -12; -14; -4; 0; 0]].

Lemma three_layers_functional_computed :
  functional_table three_layers_M 3 2 three_layers_W three_layers_X three_layers_Y
  = three_layers_functional.
Proof. by vm_compute. Qed.

Definition three_layers_loss : table :=
  [:: [:: 32; -32; 32; -32; -8; 32; 12; -12];
    [:: -32; 64; -32; 64; 74; -32; 22; -20];
    [:: 32; -32; 32; -32; -16; 40; 12; -12];
    [:: -32; 64; -32; 64; 48; -6; 22; -20];
    [:: -8; 74; -16; 48; 40; -16; 28; -26];
    [:: 32; -32; 40; -6; -16; 32; 12; -12];
    [:: 12; 22; 12; 22; 28; 12; 20; 0];
    [:: -12; -20; -12; -20; -26; -12; 0; 20]].

Lemma three_layers_loss_computed :
  loss_table three_layers_M 3 2 three_layers_W three_layers_X three_layers_Y
  = three_layers_loss.
Proof. by vm_compute. Qed.

Theorem three_layers_hessian (F : numFieldType) :
  loss_hessian (to_weights three_layers_M F three_layers_W)
    (to_matrix F (three_layers_M 0%N) 2 three_layers_X)
    (to_matrix F (three_layers_M 3%N) 2 three_layers_Y)
  = to_matrix F _ _ three_layers_loss.
Proof. by rewrite loss_hessian_table three_layers_loss_computed. Qed.

Theorem three_layers_rank (F : numFieldType) :
  \rank (loss_hessian (to_weights three_layers_M F three_layers_W)
    (to_matrix F (three_layers_M 0%N) 2 three_layers_X)
    (to_matrix F (three_layers_M 3%N) 2 three_layers_Y))
  = 7%N.
Proof.
apply: (@rank_loss_table _ _ _ _ _ _ _ _
  ([:: [:: 852001; -187850; -437228; 0; 141570; -437228; 21910; -17282];
    [:: -187850; -62364; 50204; 0; 50204; 50204; 50780; -49564];
    [:: -437228; 50204; -73084; 0; -73084; 505714; 49852; -47564];
    [:: 141570; 50204; -73084; 0; -73084; -73084; 49852; -47564];
    [:: -437228; 50204; 505714; 0; -73084; -73084; 49852; -47564];
    [:: 21910; 50780; 49852; 0; 49852; 49852; 32900; 188556];
    [:: -17282; -49564; -47564; 0; -47564; -47564; 188556; 52676]])
  ([:: [:: 1; 0; 0; 0; 0; 0; 0];
    [:: 0; 1; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0];
    [:: 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 1; 0];
    [:: 0; 0; 0; 0; 0; 0; 1]])
  ([:: [:: 32; -32; 32; -8; 32; 12; -12];
    [:: -32; 64; -32; 74; -32; 22; -20];
    [:: 32; -32; 32; -16; 40; 12; -12];
    [:: -32; 64; -32; 48; -6; 22; -20];
    [:: -8; 74; -16; 40; -16; 28; -26];
    [:: 32; -32; 40; -16; 32; 12; -12];
    [:: 12; 22; 12; 28; 12; 20; 0];
    [:: -12; -20; -12; -26; -12; 0; 20]])
  ([:: [:: 4630384; 0; 0; -15048748; 0; 0; 0; 0];
    [:: 0; 4630384; 0; 4630384; 0; 0; 0; 0];
    [:: 0; 0; 4630384; 15048748; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 4630384; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 4630384; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 4630384; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 4630384]])
  (4630384)).
by vm_compute.
Qed.

(* Widths 1, 2, 1, 2, 1: weights, and 2 samples *)
Definition four_layers_M := nth 0%N [:: 1; 2; 1; 2; 1]%N.
Definition four_layers_W : nat -> table := nth [::] [::
  [:: [:: 1];
    [:: 2]];
  [:: [:: -2; 2]];
  [:: [:: 0];
    [:: 0]];
  [:: [:: 1; -1]]].
Definition four_layers_X : table := [:: [:: 2; -2]].
Definition four_layers_Y : table := [:: [:: -1; -1]].

Definition four_layers_outer : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 32; -32; 0; 0];
    [:: 0; 0; 0; 0; -32; 32; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0]].

Lemma four_layers_outer_computed :
  outer_table four_layers_M 4 2 four_layers_W four_layers_X
  = four_layers_outer.
Proof. by vm_compute. Qed.

Definition four_layers_functional : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0]].

Lemma four_layers_functional_computed :
  functional_table four_layers_M 4 2 four_layers_W four_layers_X four_layers_Y
  = four_layers_functional.
Proof. by vm_compute. Qed.

Definition four_layers_loss : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 32; -32; 0; 0];
    [:: 0; 0; 0; 0; -32; 32; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0]].

Lemma four_layers_loss_computed :
  loss_table four_layers_M 4 2 four_layers_W four_layers_X four_layers_Y
  = four_layers_loss.
Proof. by vm_compute. Qed.

Theorem four_layers_hessian (F : numFieldType) :
  loss_hessian (to_weights four_layers_M F four_layers_W)
    (to_matrix F (four_layers_M 0%N) 2 four_layers_X)
    (to_matrix F (four_layers_M 4%N) 2 four_layers_Y)
  = to_matrix F _ _ four_layers_loss.
Proof. by rewrite loss_hessian_table four_layers_loss_computed. Qed.

Theorem four_layers_rank (F : numFieldType) :
  \rank (loss_hessian (to_weights four_layers_M F four_layers_W)
    (to_matrix F (four_layers_M 0%N) 2 four_layers_X)
    (to_matrix F (four_layers_M 4%N) 2 four_layers_Y))
  = 1%N.
Proof.
apply: (@rank_loss_table _ _ _ _ _ _ _ _
  ([:: [:: 0; 0; 0; 0; 1; 0; 0; 0]])
  ([:: [:: 0];
    [:: 0];
    [:: 0];
    [:: 0];
    [:: 1];
    [:: 0];
    [:: 0];
    [:: 0]])
  ([:: [:: 0];
    [:: 0];
    [:: 0];
    [:: 0];
    [:: 32];
    [:: -32];
    [:: 0];
    [:: 0]])
  ([:: [:: 0; 0; 0; 0; 32; -32; 0; 0]])
  (32)).
by vm_compute.
Qed.

(* Widths 2, 2, 2, 2: weights, and 2 samples *)
Definition exchange_M := nth 0%N [:: 2; 2; 2; 2]%N.
Definition exchange_W : nat -> table := nth [::] [::
  [:: [:: 1; 0];
    [:: 0; 0]];
  [:: [:: 0; 1];
    [:: 1; 0]];
  [:: [:: 1; 0];
    [:: 0; 0]]].
Definition exchange_X : table := [:: [:: 1; 0];
    [:: 0; 1]].
Definition exchange_Y : table := [:: [:: 0; 0];
    [:: 0; 0]].

Definition exchange_outer : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 1]].

Lemma exchange_outer_computed :
  outer_table exchange_M 3 2 exchange_W exchange_X
  = exchange_outer.
Proof. by vm_compute. Qed.

Definition exchange_functional : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0]].

Lemma exchange_functional_computed :
  functional_table exchange_M 3 2 exchange_W exchange_X exchange_Y
  = exchange_functional.
Proof. by vm_compute. Qed.

Definition exchange_loss : table :=
  [:: [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 1]].

Lemma exchange_loss_computed :
  loss_table exchange_M 3 2 exchange_W exchange_X exchange_Y
  = exchange_loss.
Proof. by vm_compute. Qed.

Theorem exchange_hessian (F : numFieldType) :
  loss_hessian (to_weights exchange_M F exchange_W)
    (to_matrix F (exchange_M 0%N) 2 exchange_X)
    (to_matrix F (exchange_M 3%N) 2 exchange_Y)
  = to_matrix F _ _ exchange_loss.
Proof. by rewrite loss_hessian_table exchange_loss_computed. Qed.

Theorem exchange_rank (F : numFieldType) :
  \rank (loss_hessian (to_weights exchange_M F exchange_W)
    (to_matrix F (exchange_M 0%N) 2 exchange_X)
    (to_matrix F (exchange_M 3%N) 2 exchange_Y))
  = 3%N.
Proof.
apply: (@rank_loss_table _ _ _ _ _ _ _ _
  ([:: [:: 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 1]])
  ([:: [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 1; 0; 0];
    [:: 0; 1; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 1]])
  ([:: [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 1; 0; 0];
    [:: 0; 1; 0];
    [:: 1; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 0];
    [:: 1; 0; 0];
    [:: 0; 0; 0];
    [:: 0; 0; 1]])
  ([:: [:: 0; 0; 1; 0; 1; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 1]])
  (1)).
by vm_compute.
Qed.

(* Widths 1, 1, 2: weights and biases, and 3 samples *)
Definition bias_two_layers_M := nth 0%N [:: 1; 1; 2]%N.
Definition bias_two_layers_W : nat -> table := nth [::] [::
  [:: [:: 0]];
  [:: [:: 0];
    [:: 2]]].
Definition bias_two_layers_b : nat -> table := nth [::] [::
  [:: [:: 0]];
  [:: [:: -1];
    [:: -1]]].
Definition bias_two_layers_X : table := [:: [:: 1; -1; 0]].
Definition bias_two_layers_Y : table := [:: [:: 2; -2; 1];
    [:: 0; 1; 1]].

Definition bias_two_layers_outer : table :=
  [:: [:: 8; 0; 0; 0; 0; 0];
    [:: 0; 12; 0; 0; 0; 6];
    [:: 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 3; 0; 0];
    [:: 0; 0; 0; 0; 0; 0];
    [:: 0; 6; 0; 0; 0; 3]].

Lemma bias_two_layers_outer_computed :
  biased_outer_table bias_two_layers_M 2 3 bias_two_layers_W bias_two_layers_b bias_two_layers_X
  = bias_two_layers_outer.
Proof. by vm_compute. Qed.

Definition bias_two_layers_functional : table :=
  [:: [:: 0; 0; -4; 0; 1; 0];
    [:: 0; 0; -4; 0; -5; 0];
    [:: -4; -4; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0];
    [:: 1; -5; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0]].

Lemma bias_two_layers_functional_computed :
  biased_functional_table bias_two_layers_M 2 3 bias_two_layers_W bias_two_layers_b
    bias_two_layers_X bias_two_layers_Y
  = bias_two_layers_functional.
Proof. by vm_compute. Qed.

Definition bias_two_layers_loss : table :=
  [:: [:: 8; 0; -4; 0; 1; 0];
    [:: 0; 12; -4; 0; -5; 6];
    [:: -4; -4; 0; 0; 0; 0];
    [:: 0; 0; 0; 3; 0; 0];
    [:: 1; -5; 0; 0; 0; 0];
    [:: 0; 6; 0; 0; 0; 3]].

Lemma bias_two_layers_loss_computed :
  biased_table bias_two_layers_M 2 3 bias_two_layers_W bias_two_layers_b bias_two_layers_X
    bias_two_layers_Y
  = bias_two_layers_loss.
Proof. by vm_compute. Qed.

Theorem bias_two_layers_hessian (F : numFieldType) :
  biased_hessian (to_weights bias_two_layers_M F bias_two_layers_W)
    (fun i => to_matrix F (bias_two_layers_M i.+1) 1 (bias_two_layers_b i))
    (to_matrix F (bias_two_layers_M 0%N) 3 bias_two_layers_X)
    (to_matrix F (bias_two_layers_M 2%N) 3 bias_two_layers_Y)
  = to_matrix F _ _ bias_two_layers_loss.
Proof. by rewrite biased_hessian_table bias_two_layers_loss_computed. Qed.

Theorem bias_two_layers_rank (F : numFieldType) :
  \rank (biased_hessian (to_weights bias_two_layers_M F bias_two_layers_W)
    (fun i => to_matrix F (bias_two_layers_M i.+1) 1 (bias_two_layers_b i))
    (to_matrix F (bias_two_layers_M 0%N) 3 bias_two_layers_X)
    (to_matrix F (bias_two_layers_M 2%N) 3 bias_two_layers_Y))
  = 6%N.
Proof.
apply: (@rank_biased_table _ _ _ _ _ _ _ _ _
  ([:: [:: 0; 0; -15; 0; 12; 0];
    [:: 0; 0; -3; 0; -12; 0];
    [:: -15; -3; -25; 0; 20; 6];
    [:: 0; 0; 0; 24; 0; 0];
    [:: 12; -12; 20; 0; -16; 24];
    [:: 0; 0; 6; 0; 24; 24]])
  ([:: [:: 1; 0; 0; 0; 0; 0];
    [:: 0; 1; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 0; 0];
    [:: 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 1; 0];
    [:: 0; 0; 0; 0; 0; 1]])
  ([:: [:: 8; 0; -4; 0; 1; 0];
    [:: 0; 12; -4; 0; -5; 6];
    [:: -4; -4; 0; 0; 0; 0];
    [:: 0; 0; 0; 3; 0; 0];
    [:: 1; -5; 0; 0; 0; 0];
    [:: 0; 6; 0; 0; 0; 3]])
  ([:: [:: 72; 0; 0; 0; 0; 0];
    [:: 0; 72; 0; 0; 0; 0];
    [:: 0; 0; 72; 0; 0; 0];
    [:: 0; 0; 0; 72; 0; 0];
    [:: 0; 0; 0; 0; 72; 0];
    [:: 0; 0; 0; 0; 0; 72]])
  (72)).
by vm_compute.
Qed.

(* Widths 2, 1, 2, 1: weights and biases, and 3 samples *)
Definition bias_three_layers_M := nth 0%N [:: 2; 1; 2; 1]%N.
Definition bias_three_layers_W : nat -> table := nth [::] [::
  [:: [:: 2; 1]];
  [:: [:: 2];
    [:: 1]];
  [:: [:: -1; -2]]].
Definition bias_three_layers_b : nat -> table := nth [::] [::
  [:: [:: 1]];
  [:: [:: 0];
    [:: 2]];
  [:: [:: -1]]].
Definition bias_three_layers_X : table := [:: [:: -1; 2; 2];
    [:: -2; 0; 2]].
Definition bias_three_layers_Y : table := [:: [:: -2; 1; -2]].

Definition bias_three_layers_outer : table :=
  [:: [:: 144; 96; 48; 108; 12; 216; 24; -216; -132; -12];
    [:: 96; 128; 0; 80; 0; 160; 0; -160; -80; 0];
    [:: 48; 0; 48; 36; 12; 72; 24; -72; -60; -12];
    [:: 108; 80; 36; 83; 9; 166; 18; -166; -101; -9];
    [:: 12; 0; 12; 9; 3; 18; 6; -18; -15; -3];
    [:: 216; 160; 72; 166; 18; 332; 36; -332; -202; -18];
    [:: 24; 0; 24; 18; 6; 36; 12; -36; -30; -6];
    [:: -216; -160; -72; -166; -18; -332; -36; 332; 202; 18];
    [:: -132; -80; -60; -101; -15; -202; -30; 202; 131; 15];
    [:: -12; 0; -12; -9; -3; -18; -6; 18; 15; 3]].

Lemma bias_three_layers_outer_computed :
  biased_outer_table bias_three_layers_M 3 3 bias_three_layers_W bias_three_layers_b
    bias_three_layers_X
  = bias_three_layers_outer.
Proof. by vm_compute. Qed.

Definition bias_three_layers_functional : table :=
  [:: [:: 0; 0; 0; 123; 0; 246; 0; -246; -123; 0];
    [:: 0; 0; 0; 80; 0; 160; 0; -160; -80; 0];
    [:: 0; 0; 0; 48; 0; 96; 0; -96; -48; 0];
    [:: 123; 80; 48; 0; 0; 0; 0; -374; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; -48; 0; 0];
    [:: 246; 160; 96; 0; 0; 0; 0; 0; -374; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; -48; 0];
    [:: -246; -160; -96; -374; -48; 0; 0; 0; 0; 0];
    [:: -123; -80; -48; 0; 0; -374; -48; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0]].

Lemma bias_three_layers_functional_computed :
  biased_functional_table bias_three_layers_M 3 3 bias_three_layers_W bias_three_layers_b
    bias_three_layers_X bias_three_layers_Y
  = bias_three_layers_functional.
Proof. by vm_compute. Qed.

Definition bias_three_layers_loss : table :=
  [:: [:: 144; 96; 48; 231; 12; 462; 24; -462; -255; -12];
    [:: 96; 128; 0; 160; 0; 320; 0; -320; -160; 0];
    [:: 48; 0; 48; 84; 12; 168; 24; -168; -108; -12];
    [:: 231; 160; 84; 83; 9; 166; 18; -540; -101; -9];
    [:: 12; 0; 12; 9; 3; 18; 6; -66; -15; -3];
    [:: 462; 320; 168; 166; 18; 332; 36; -332; -576; -18];
    [:: 24; 0; 24; 18; 6; 36; 12; -36; -78; -6];
    [:: -462; -320; -168; -540; -66; -332; -36; 332; 202; 18];
    [:: -255; -160; -108; -101; -15; -576; -78; 202; 131; 15];
    [:: -12; 0; -12; -9; -3; -18; -6; 18; 15; 3]].

Lemma bias_three_layers_loss_computed :
  biased_table bias_three_layers_M 3 3 bias_three_layers_W bias_three_layers_b bias_three_layers_X
    bias_three_layers_Y
  = bias_three_layers_loss.
Proof. by vm_compute. Qed.

Theorem bias_three_layers_hessian (F : numFieldType) :
  biased_hessian (to_weights bias_three_layers_M F bias_three_layers_W)
    (fun i => to_matrix F (bias_three_layers_M i.+1) 1 (bias_three_layers_b i))
    (to_matrix F (bias_three_layers_M 0%N) 3 bias_three_layers_X)
    (to_matrix F (bias_three_layers_M 3%N) 3 bias_three_layers_Y)
  = to_matrix F _ _ bias_three_layers_loss.
Proof. by rewrite biased_hessian_table bias_three_layers_loss_computed. Qed.

Theorem bias_three_layers_rank (F : numFieldType) :
  \rank (biased_hessian (to_weights bias_three_layers_M F bias_three_layers_W)
    (fun i => to_matrix F (bias_three_layers_M i.+1) 1 (bias_three_layers_b i))
    (to_matrix F (bias_three_layers_M 0%N) 3 bias_three_layers_X)
    (to_matrix F (bias_three_layers_M 3%N) 3 bias_three_layers_Y))
  = 9%N.
Proof.
apply: (@rank_biased_table _ _ _ _ _ _ _ _ _
  ([:: [:: 143616; -107712; -224400; 0; 0; 0; 0; 0; 0; -323136];
    [:: -107712; 107712; 78540; 0; 0; 0; 0; 0; 0; -116688];
    [:: -224400; 78540; 566049; 71808; -559504; 0; 0; 0; 0; 1022516];
    [:: 0; 0; 71808; 36864; -430848; -9216; 0; 0; 18432; -180480];
    [:: 0; 0; -559504; -430848; 4476032; 71808; 0; -71808; -143616; 2525248];
    [:: 0; 0; 0; -9216; 71808; 0; 0; 0; -9216; 90240];
    [:: 0; 0; 0; 0; -71808; 0; 0; 0; 0; -71808];
    [:: 0; 0; 0; 18432; -143616; -9216; 0; 0; 0; -143616];
    [:: -323136; -116688; 1022516; -180480; 2525248; 90240; 0; -71808; -143616; 7620624]])
  ([:: [:: 1; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 1; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 1; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 1; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 1; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 1; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 1; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 1; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 1]])
  ([:: [:: 144; 96; 48; 231; 12; 462; -462; -255; -12];
    [:: 96; 128; 0; 160; 0; 320; -320; -160; 0];
    [:: 48; 0; 48; 84; 12; 168; -168; -108; -12];
    [:: 231; 160; 84; 83; 9; 166; -540; -101; -9];
    [:: 12; 0; 12; 9; 3; 18; -66; -15; -3];
    [:: 462; 320; 168; 166; 18; 332; -332; -576; -18];
    [:: 24; 0; 24; 18; 6; 36; -36; -78; -6];
    [:: -462; -320; -168; -540; -66; -332; 332; 202; 18];
    [:: -255; -160; -108; -101; -15; -576; 202; 131; 15];
    [:: -12; 0; -12; -9; -3; -18; 18; 15; 3]])
  ([:: [:: 3446784; 0; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 3446784; 0; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 3446784; 0; 0; 0; 0; 0; 0; 0];
    [:: 0; 0; 0; 3446784; 0; 0; -884736; 0; 0; 0];
    [:: 0; 0; 0; 0; 3446784; 0; 6893568; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 3446784; 442368; 0; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 3446784; 0; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 3446784; 0];
    [:: 0; 0; 0; 0; 0; 0; 0; 0; 0; 3446784]])
  (3446784)).
by vm_compute.
Qed.

Lemma lemma1_values :
  [:: (lemma1 3 2 2 1)%N;
   (lemma1 1 1 0 1)%N;
   (lemma1 4 3 3 3)%N] =
  [:: Posz 5;
   Posz 1;
   Posz 12].
Proof.
cbv beta delta [lemma1 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma prop2_bound_values :
  [:: (prop2_bound 1 (nth 0 [:: 2; 1]) 1)%N;
   (prop2_bound 1 (nth 0 [:: 2; 1]) 2)%N;
   (prop2_bound 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (prop2_bound 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (prop2_bound 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (prop2_bound 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (prop2_bound 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (prop2_bound 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (prop2_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (prop2_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (prop2_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 1;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 9;
   Posz 2;
   Posz 4;
   Posz 2;
   Posz 2;
   Posz 6].
Proof.
cbv beta delta [prop2_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma thm3_chain_values :
  [:: (thm3_chain 2 (nth 0 [:: 2; 3; 2]) 2 2 2)%N;
   (thm3_chain 2 (nth 0 [:: 2; 3; 2]) 1 2 1)%N;
   (thm3_chain 2 (nth 0 [:: 2; 3; 2]) 2 1 0)%N] =
  [:: Posz 4;
   Posz 2;
   Posz 2].
Proof.
cbv beta delta [thm3_chain q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma thm3_values :
  [:: (thm3 1 (nth 0 [:: 2; 1]) 1)%N;
   (thm3 1 (nth 0 [:: 2; 1]) 2)%N;
   (thm3 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (thm3 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (thm3 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (thm3 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (thm3 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (thm3 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (thm3 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (thm3 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (thm3 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 1;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 8;
   Posz 2;
   Posz 3;
   Posz 2;
   Posz 2;
   Posz 4].
Proof.
cbv beta delta [thm3 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma cor4_values :
  [:: (cor4 1 (nth 0 [:: 2; 1]) 1)%N;
   (cor4 1 (nth 0 [:: 2; 1]) 2)%N;
   (cor4 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (cor4 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (cor4 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (cor4 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (cor4 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (cor4 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (cor4 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (cor4 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (cor4 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 1;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 8;
   Posz 2;
   Posz 3;
   Posz 2;
   Posz 2;
   Posz 4].
Proof.
cbv beta delta [cor4 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma thm5_values :
  [:: (thm5 1 (nth 0 [:: 2; 1]) 1 0 1)%N;
   (thm5 1 (nth 0 [:: 2; 1]) 1 1 1)%N;
   (thm5 1 (nth 0 [:: 2; 1]) 2 0 1)%N;
   (thm5 1 (nth 0 [:: 2; 1]) 2 1 1)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 1 0 1)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 1 0 2)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 1 1 1)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 1 1 2)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 2 0 1)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 2 0 2)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 2 1 1)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 2 1 2)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 2 2 1)%N;
   (thm5 2 (nth 0 [:: 2; 3; 2]) 2 2 2)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 1 0 1)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 1 0 2)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 1 1 1)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 1 1 2)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 3 0 1)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 3 0 2)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 3 1 1)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 3 1 2)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 3 3 1)%N;
   (thm5 2 (nth 0 [:: 3; 2; 3]) 3 3 2)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 1 0 1)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 1 0 2)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 1 1 1)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 1 1 2)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 2 0 1)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 2 0 2)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 2 1 1)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 2 1 2)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 2 2 1)%N;
   (thm5 2 (nth 0 [:: 2; 1; 2]) 2 2 2)%N;
   (thm5 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 1)%N;
   (thm5 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 2)%N;
   (thm5 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 3)%N;
   (thm5 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 1)%N;
   (thm5 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 2)%N;
   (thm5 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 3)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 1)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 2)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 3)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 1)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 2)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 3)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 1)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 2)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 3)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 1)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 2)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 3)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 1)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 2)%N;
   (thm5 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 3)%N] =
  [:: Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 3;
   Posz 3;
   Posz 0;
   Posz 0;
   Posz 3;
   Posz 3;
   Posz 6;
   Posz 6;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 6;
   Posz 6;
   Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 2;
   Posz 2;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 1;
   Posz 3;
   Posz 2;
   Posz 2].
Proof.
cbv beta delta [thm5 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma cor6_values :
  [:: (cor6 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (cor6 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (cor6 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (cor6 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (cor6 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (cor6 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (cor6 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (cor6 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (cor6 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (cor6 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (cor6 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (cor6 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (cor6 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (cor6 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (cor6 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (cor6 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (cor6 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (cor6 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (cor6 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (cor6 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (cor6 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (cor6 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (cor6 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (cor6 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (cor6 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (cor6 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 6;
   Posz 0;
   Posz 6;
   Posz 12;
   Posz 0;
   Posz 4;
   Posz 0;
   Posz 4;
   Posz 12;
   Posz 0;
   Posz 2;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 0;
   Posz 9;
   Posz 0;
   Posz 5;
   Posz 0;
   Posz 5;
   Posz 7].
Proof.
cbv beta delta [cor6 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma cor6_two_layers_values :
  [:: (cor6_two_layers 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (cor6_two_layers 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (cor6_two_layers 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (cor6_two_layers 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (cor6_two_layers 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (cor6_two_layers 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (cor6_two_layers 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (cor6_two_layers 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (cor6_two_layers 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (cor6_two_layers 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (cor6_two_layers 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (cor6_two_layers 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (cor6_two_layers 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (cor6_two_layers 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (cor6_two_layers 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 6;
   Posz 0;
   Posz 6;
   Posz 12;
   Posz 0;
   Posz 4;
   Posz 0;
   Posz 4;
   Posz 12;
   Posz 0;
   Posz 2;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 0;
   Posz 9;
   Posz 0;
   Posz 5;
   Posz 0;
   Posz 5;
   Posz 7].
Proof.
cbv beta delta [cor6_two_layers q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma overall_values :
  [:: (overall 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (overall 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (overall 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (overall 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (overall 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (overall 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (overall 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (overall 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (overall 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (overall 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (overall 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (overall 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (overall 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (overall 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (overall 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (overall 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (overall 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (overall 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (overall 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (overall 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (overall 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (overall 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (overall 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (overall 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (overall 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (overall 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 0;
   Posz 2;
   Posz 1;
   Posz 3;
   Posz 6;
   Posz 8;
   Posz 8;
   Posz 12;
   Posz 16;
   Posz 5;
   Posz 7;
   Posz 8;
   Posz 12;
   Posz 20;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 5;
   Posz 7;
   Posz 9;
   Posz 11;
   Posz 5;
   Posz 7;
   Posz 7;
   Posz 9;
   Posz 11].
Proof.
cbv beta delta [overall q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma fact7_values :
  [:: (fact7 1 (nth 0 [:: 2; 1]) 1)%N;
   (fact7 1 (nth 0 [:: 2; 1]) 2)%N;
   (fact7 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (fact7 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (fact7 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (fact7 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (fact7 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (fact7 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (fact7 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (fact7 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (fact7 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 1;
   Posz 2;
   Posz 7;
   Posz 12;
   Posz 6;
   Posz 12;
   Posz 3;
   Posz 4;
   Posz 10;
   Posz 6;
   Posz 8].
Proof.
cbv beta delta [fact7 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma overlap_values :
  [:: (overlap 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (overlap 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (overlap 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (overlap 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (overlap 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (overlap 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (overlap 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (overlap 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (overlap 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (overlap 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (overlap 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (overlap 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (overlap 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (overlap 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (overlap 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (overlap 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (overlap 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (overlap 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (overlap 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (overlap 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (overlap 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (overlap 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (overlap 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (overlap 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (overlap 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (overlap 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Negz 0;
   Posz 1;
   Negz 0;
   Posz 1;
   Negz 0;
   Posz 1;
   Negz 3;
   Posz 0;
   Posz 4;
   Negz 0;
   Posz 1;
   Negz 3;
   Posz 0;
   Posz 8;
   Negz 0;
   Posz 1;
   Negz 0;
   Posz 1;
   Posz 3;
   Negz 0;
   Posz 1;
   Negz 0;
   Posz 1;
   Negz 0;
   Posz 1;
   Posz 3].
Proof.
cbv beta delta [overlap q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma deficiency_values :
  [:: (deficiency 1 (nth 0 [:: 2; 1]) 1)%N;
   (deficiency 1 (nth 0 [:: 2; 1]) 2)%N;
   (deficiency 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (deficiency 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (deficiency 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (deficiency 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (deficiency 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (deficiency 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (deficiency 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (deficiency 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (deficiency 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 4;
   Posz 0;
   Posz 4;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 4;
   Posz 2;
   Posz 2].
Proof.
cbv beta delta [deficiency q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma tensor_flag_values :
  [:: (tensor_flag (nth 0 [:: 0; 2; 0]) (nth 0 [:: 0; 3; 0]) 1)%N;
   (tensor_flag (nth 0 [:: 0; 1; 2; 0]) (nth 0 [:: 0; 3; 1; 0]) 2)%N;
   (tensor_flag (nth 0 [:: 0; 0; 1; 3; 0]) (nth 0 [:: 0; 4; 2; 2; 0]) 3)%N] =
  [:: Posz 6;
   Posz 4;
   Posz 6].
Proof.
cbv beta delta [tensor_flag q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma a_o_chain_values :
  [:: (a_o_chain 1 (nth 0 [:: 2; 3]) (nth 0 [:: 2; 1]))%N;
   (a_o_chain 3 (nth 0 [:: 1; 2; 2; 3]) (nth 0 [:: 3; 2; 2; 1]))%N] =
  [:: Posz 6;
   Posz 8].
Proof.
cbv beta delta [a_o_chain q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma jacobian_chain_values :
  [:: (jacobian_chain 1 (nth 0 [:: 2; 3]) (nth 0 [:: 2; 1]))%N;
   (jacobian_chain 3 (nth 0 [:: 1; 2; 2; 3]) (nth 0 [:: 3; 2; 2; 1]))%N] =
  [:: Posz 6;
   Posz 8].
Proof.
cbv beta delta [jacobian_chain q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma outer_generic_values :
  [:: (outer_generic 1 (nth 0 [:: 2; 1]) 1)%N;
   (outer_generic 1 (nth 0 [:: 2; 1]) 2)%N;
   (outer_generic 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (outer_generic 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (outer_generic 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (outer_generic 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (outer_generic 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (outer_generic 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (outer_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (outer_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (outer_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 1;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 8;
   Posz 2;
   Posz 3;
   Posz 2;
   Posz 2;
   Posz 4].
Proof.
cbv beta delta [outer_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma outer_bound_values :
  [:: (outer_bound 1 (nth 0 [:: 2; 1]) 1)%N;
   (outer_bound 1 (nth 0 [:: 2; 1]) 2)%N;
   (outer_bound 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (outer_bound 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (outer_bound 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (outer_bound 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (outer_bound 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (outer_bound 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (outer_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (outer_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (outer_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 1;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 8;
   Posz 2;
   Posz 3;
   Posz 2;
   Posz 2;
   Posz 4].
Proof.
cbv beta delta [outer_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma column_generic_values :
  [:: (column_generic 1 (nth 0 [:: 2; 1]) 1 0 1)%N;
   (column_generic 1 (nth 0 [:: 2; 1]) 1 1 1)%N;
   (column_generic 1 (nth 0 [:: 2; 1]) 2 0 1)%N;
   (column_generic 1 (nth 0 [:: 2; 1]) 2 1 1)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 1 0 1)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 1 0 2)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 1 1 1)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 1 1 2)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 2 0 1)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 2 0 2)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 2 1 1)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 2 1 2)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 2 2 1)%N;
   (column_generic 2 (nth 0 [:: 2; 3; 2]) 2 2 2)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 1 0 1)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 1 0 2)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 1 1 1)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 1 1 2)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 3 0 1)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 3 0 2)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 3 1 1)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 3 1 2)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 3 3 1)%N;
   (column_generic 2 (nth 0 [:: 3; 2; 3]) 3 3 2)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 1 0 1)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 1 0 2)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 1 1 1)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 1 1 2)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 2 0 1)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 2 0 2)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 2 1 1)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 2 1 2)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 2 2 1)%N;
   (column_generic 2 (nth 0 [:: 2; 1; 2]) 2 2 2)%N;
   (column_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 1)%N;
   (column_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 2)%N;
   (column_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 3)%N;
   (column_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 1)%N;
   (column_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 2)%N;
   (column_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 3)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 1)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 2)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 3)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 1)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 2)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 3)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 1)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 2)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 3)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 1)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 2)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 3)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 1)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 2)%N;
   (column_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 3)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 3;
   Posz 3;
   Posz 0;
   Posz 0;
   Posz 3;
   Posz 3;
   Posz 6;
   Posz 6;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 6;
   Posz 6;
   Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 2;
   Posz 2;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 1;
   Posz 3;
   Posz 2;
   Posz 2].
Proof.
cbv beta delta [column_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma column_bound_values :
  [:: (column_bound 1 (nth 0 [:: 2; 1]) 1 0 1)%N;
   (column_bound 1 (nth 0 [:: 2; 1]) 1 1 1)%N;
   (column_bound 1 (nth 0 [:: 2; 1]) 2 0 1)%N;
   (column_bound 1 (nth 0 [:: 2; 1]) 2 1 1)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 1 0 1)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 1 0 2)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 1 1 1)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 1 1 2)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 2 0 1)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 2 0 2)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 2 1 1)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 2 1 2)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 2 2 1)%N;
   (column_bound 2 (nth 0 [:: 2; 3; 2]) 2 2 2)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 1 0 1)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 1 0 2)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 1 1 1)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 1 1 2)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 3 0 1)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 3 0 2)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 3 1 1)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 3 1 2)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 3 3 1)%N;
   (column_bound 2 (nth 0 [:: 3; 2; 3]) 3 3 2)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 1 0 1)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 1 0 2)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 1 1 1)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 1 1 2)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 2 0 1)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 2 0 2)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 2 1 1)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 2 1 2)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 2 2 1)%N;
   (column_bound 2 (nth 0 [:: 2; 1; 2]) 2 2 2)%N;
   (column_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 1)%N;
   (column_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 2)%N;
   (column_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 3)%N;
   (column_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 1)%N;
   (column_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 2)%N;
   (column_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 3)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 1)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 2)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 0 3)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 1)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 2)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 1 3)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 1)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 2)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 0 3)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 1)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 2)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 1 3)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 1)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 2)%N;
   (column_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 2 3)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 3;
   Posz 3;
   Posz 0;
   Posz 0;
   Posz 3;
   Posz 3;
   Posz 6;
   Posz 6;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 6;
   Posz 6;
   Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 2;
   Posz 2;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 3;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 1;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 1;
   Posz 3;
   Posz 2;
   Posz 2].
Proof.
cbv beta delta [column_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma functional_generic_values :
  [:: (functional_generic 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (functional_generic 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (functional_generic 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (functional_generic 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (functional_generic 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (functional_generic 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (functional_generic 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (functional_generic 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (functional_generic 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (functional_generic 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (functional_generic 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (functional_generic 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (functional_generic 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (functional_generic 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (functional_generic 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (functional_generic 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (functional_generic 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (functional_generic 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (functional_generic 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (functional_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (functional_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (functional_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (functional_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (functional_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (functional_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (functional_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 6;
   Posz 0;
   Posz 6;
   Posz 12;
   Posz 0;
   Posz 4;
   Posz 0;
   Posz 4;
   Posz 12;
   Posz 0;
   Posz 2;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 0;
   Posz 9;
   Posz 0;
   Posz 5;
   Posz 0;
   Posz 5;
   Posz 7].
Proof.
cbv beta delta [functional_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma functional_bound_values :
  [:: (functional_bound 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (functional_bound 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (functional_bound 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (functional_bound 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (functional_bound 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (functional_bound 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (functional_bound 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (functional_bound 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (functional_bound 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (functional_bound 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (functional_bound 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (functional_bound 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (functional_bound 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (functional_bound 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (functional_bound 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (functional_bound 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (functional_bound 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (functional_bound 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (functional_bound 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (functional_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (functional_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (functional_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (functional_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (functional_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (functional_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (functional_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 6;
   Posz 0;
   Posz 6;
   Posz 12;
   Posz 0;
   Posz 4;
   Posz 0;
   Posz 4;
   Posz 12;
   Posz 0;
   Posz 2;
   Posz 0;
   Posz 2;
   Posz 4;
   Posz 0;
   Posz 9;
   Posz 0;
   Posz 5;
   Posz 0;
   Posz 5;
   Posz 7].
Proof.
cbv beta delta [functional_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma loss_generic_values :
  [:: (loss_generic 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (loss_generic 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (loss_generic 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (loss_generic 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (loss_generic 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (loss_generic 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (loss_generic 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (loss_generic 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (loss_generic 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (loss_generic 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (loss_generic 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (loss_generic 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (loss_generic 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (loss_generic 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (loss_generic 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (loss_generic 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (loss_generic 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (loss_generic 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (loss_generic 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (loss_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (loss_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (loss_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (loss_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (loss_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (loss_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (loss_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 1;
   Posz 1;
   Posz 2;
   Posz 2;
   Posz 2;
   Posz 7;
   Posz 4;
   Posz 9;
   Posz 12;
   Posz 3;
   Posz 6;
   Posz 8;
   Posz 11;
   Posz 12;
   Posz 2;
   Posz 3;
   Posz 3;
   Posz 4;
   Posz 4;
   Posz 2;
   Posz 10;
   Posz 2;
   Posz 6;
   Posz 4;
   Posz 8;
   Posz 8].
Proof.
cbv beta delta [loss_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma loss_bound_values :
  [:: (loss_bound 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (loss_bound 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (loss_bound 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (loss_bound 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (loss_bound 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (loss_bound 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (loss_bound 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (loss_bound 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (loss_bound 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (loss_bound 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (loss_bound 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (loss_bound 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (loss_bound 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (loss_bound 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (loss_bound 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (loss_bound 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (loss_bound 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (loss_bound 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (loss_bound 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (loss_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (loss_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (loss_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (loss_bound 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (loss_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (loss_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (loss_bound 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 1;
   Posz 1;
   Posz 2;
   Posz 2;
   Posz 2;
   Posz 7;
   Posz 4;
   Posz 9;
   Posz 12;
   Posz 3;
   Posz 6;
   Posz 8;
   Posz 11;
   Posz 12;
   Posz 2;
   Posz 3;
   Posz 3;
   Posz 4;
   Posz 4;
   Posz 2;
   Posz 10;
   Posz 2;
   Posz 6;
   Posz 4;
   Posz 8;
   Posz 8].
Proof.
cbv beta delta [loss_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma overlap_generic_values :
  [:: (overlap_generic 1 (nth 0 [:: 2; 1]) 1 0)%N;
   (overlap_generic 1 (nth 0 [:: 2; 1]) 1 1)%N;
   (overlap_generic 1 (nth 0 [:: 2; 1]) 2 0)%N;
   (overlap_generic 1 (nth 0 [:: 2; 1]) 2 1)%N;
   (overlap_generic 2 (nth 0 [:: 2; 3; 2]) 1 0)%N;
   (overlap_generic 2 (nth 0 [:: 2; 3; 2]) 1 1)%N;
   (overlap_generic 2 (nth 0 [:: 2; 3; 2]) 2 0)%N;
   (overlap_generic 2 (nth 0 [:: 2; 3; 2]) 2 1)%N;
   (overlap_generic 2 (nth 0 [:: 2; 3; 2]) 2 2)%N;
   (overlap_generic 2 (nth 0 [:: 3; 2; 3]) 1 0)%N;
   (overlap_generic 2 (nth 0 [:: 3; 2; 3]) 1 1)%N;
   (overlap_generic 2 (nth 0 [:: 3; 2; 3]) 3 0)%N;
   (overlap_generic 2 (nth 0 [:: 3; 2; 3]) 3 1)%N;
   (overlap_generic 2 (nth 0 [:: 3; 2; 3]) 3 3)%N;
   (overlap_generic 2 (nth 0 [:: 2; 1; 2]) 1 0)%N;
   (overlap_generic 2 (nth 0 [:: 2; 1; 2]) 1 1)%N;
   (overlap_generic 2 (nth 0 [:: 2; 1; 2]) 2 0)%N;
   (overlap_generic 2 (nth 0 [:: 2; 1; 2]) 2 1)%N;
   (overlap_generic 2 (nth 0 [:: 2; 1; 2]) 2 2)%N;
   (overlap_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0)%N;
   (overlap_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1)%N;
   (overlap_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 0)%N;
   (overlap_generic 3 (nth 0 [:: 3; 2; 1; 2]) 1 1)%N;
   (overlap_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 0)%N;
   (overlap_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 1)%N;
   (overlap_generic 3 (nth 0 [:: 3; 2; 1; 2]) 3 2)%N] =
  [:: Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 4;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 8;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 3;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 0;
   Posz 1;
   Posz 3].
Proof.
cbv beta delta [overlap_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma thm12_values :
  [:: (thm12 1 (nth 0 [:: 2; 1]) 1)%N;
   (thm12 1 (nth 0 [:: 2; 1]) 2)%N;
   (thm12 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (thm12 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (thm12 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (thm12 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (thm12 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (thm12 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (thm12 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (thm12 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (thm12 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 2;
   Posz 3;
   Posz 4;
   Posz 6;
   Posz 6;
   Posz 11;
   Posz 4;
   Posz 5;
   Posz 4;
   Posz 4;
   Posz 6].
Proof.
cbv beta delta [thm12 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma thm12_remark_values :
  [:: (thm12_remark 1 (nth 0 [:: 2; 1]) 1)%N;
   (thm12_remark 1 (nth 0 [:: 2; 1]) 2)%N;
   (thm12_remark 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (thm12_remark 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (thm12_remark 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (thm12_remark 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (thm12_remark 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (thm12_remark 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (thm12_remark 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (thm12_remark 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (thm12_remark 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 2;
   Posz 3;
   Posz 4;
   Posz 6;
   Posz 6;
   Posz 11;
   Posz 4;
   Posz 5;
   Posz 4;
   Posz 4;
   Posz 6].
Proof.
cbv beta delta [thm12_remark q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma fact13_values :
  [:: (fact13 1 (nth 0 [:: 2; 1]) 1)%N;
   (fact13 1 (nth 0 [:: 2; 1]) 2)%N;
   (fact13 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (fact13 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (fact13 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (fact13 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (fact13 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (fact13 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (fact13 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (fact13 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (fact13 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 2;
   Posz 3;
   Posz 14;
   Posz 16;
   Posz 12;
   Posz 16;
   Posz 5;
   Posz 6;
   Posz 20;
   Posz 9;
   Posz 11].
Proof.
cbv beta delta [fact13 q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of narrowest_hidden
  hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma fact13_deficiency_values :
  [:: (fact13_deficiency 1 (nth 0 [:: 2; 1]) 1)%N;
   (fact13_deficiency 1 (nth 0 [:: 2; 1]) 2)%N;
   (fact13_deficiency 2 (nth 0 [:: 2; 3; 2]) 1)%N;
   (fact13_deficiency 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (fact13_deficiency 2 (nth 0 [:: 3; 2; 3]) 1)%N;
   (fact13_deficiency 2 (nth 0 [:: 3; 2; 3]) 3)%N;
   (fact13_deficiency 2 (nth 0 [:: 2; 1; 2]) 1)%N;
   (fact13_deficiency 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (fact13_deficiency 3 (nth 0 [:: 1; 2; 3; 2]) 1)%N;
   (fact13_deficiency 3 (nth 0 [:: 3; 2; 1; 2]) 1)%N;
   (fact13_deficiency 3 (nth 0 [:: 3; 2; 1; 2]) 3)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 1;
   Posz 1;
   Posz 1;
   Posz 1;
   Posz 1;
   Posz 1;
   Posz 1;
   Posz 4;
   Posz 4].
Proof.
cbv beta delta [fact13_deficiency q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma outer_bias_generic_values :
  [:: (outer_bias_generic 1 (nth 0 [:: 2; 1]) 2)%N;
   (outer_bias_generic 1 (nth 0 [:: 2; 1]) 3)%N;
   (outer_bias_generic 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (outer_bias_generic 2 (nth 0 [:: 2; 3; 2]) 3)%N;
   (outer_bias_generic 2 (nth 0 [:: 3; 2; 3]) 2)%N;
   (outer_bias_generic 2 (nth 0 [:: 3; 2; 3]) 4)%N;
   (outer_bias_generic 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (outer_bias_generic 2 (nth 0 [:: 2; 1; 2]) 3)%N;
   (outer_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 2)%N;
   (outer_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2)%N;
   (outer_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 4)%N] =
  [:: Posz 2;
   Posz 3;
   Posz 4;
   Posz 6;
   Posz 6;
   Posz 11;
   Posz 4;
   Posz 5;
   Posz 4;
   Posz 4;
   Posz 6].
Proof.
cbv beta delta [outer_bias_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma outer_bias_bound_values :
  [:: (outer_bias_bound 1 (nth 0 [:: 2; 1]) 2)%N;
   (outer_bias_bound 1 (nth 0 [:: 2; 1]) 3)%N;
   (outer_bias_bound 2 (nth 0 [:: 2; 3; 2]) 2)%N;
   (outer_bias_bound 2 (nth 0 [:: 2; 3; 2]) 3)%N;
   (outer_bias_bound 2 (nth 0 [:: 3; 2; 3]) 2)%N;
   (outer_bias_bound 2 (nth 0 [:: 3; 2; 3]) 4)%N;
   (outer_bias_bound 2 (nth 0 [:: 2; 1; 2]) 2)%N;
   (outer_bias_bound 2 (nth 0 [:: 2; 1; 2]) 3)%N;
   (outer_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 2)%N;
   (outer_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2)%N;
   (outer_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 4)%N] =
  [:: Posz 2;
   Posz 3;
   Posz 4;
   Posz 6;
   Posz 6;
   Posz 11;
   Posz 4;
   Posz 5;
   Posz 4;
   Posz 4;
   Posz 6].
Proof.
cbv beta delta [outer_bias_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma functional_bias_generic_values :
  [:: (functional_bias_generic 1 (nth 0 [:: 2; 1]) 0 0 0)%N;
   (functional_bias_generic 1 (nth 0 [:: 2; 1]) 0 1 1)%N;
   (functional_bias_generic 1 (nth 0 [:: 2; 1]) 0 1 0)%N;
   (functional_bias_generic 1 (nth 0 [:: 2; 1]) 0 2 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 0 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 1 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 1 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 2 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 2 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 0 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 1 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 1 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 2 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 3 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 0 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 1 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 1 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 2 1)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 2 0)%N;
   (functional_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 1)%N;
   (functional_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 0)%N;
   (functional_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 1)%N;
   (functional_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 0)%N;
   (functional_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 1)%N;
   (functional_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 0 0)%N;
   (functional_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 1 1)%N;
   (functional_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 1 0)%N;
   (functional_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 1)%N;
   (functional_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 0)%N;
   (functional_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 3 1)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 6;
   Posz 6;
   Posz 12;
   Posz 12;
   Posz 18;
   Posz 0;
   Posz 4;
   Posz 4;
   Posz 8;
   Posz 12;
   Posz 16;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 4;
   Posz 6;
   Posz 0;
   Posz 10;
   Posz 9;
   Posz 18;
   Posz 0;
   Posz 6;
   Posz 5;
   Posz 8;
   Posz 7;
   Posz 10].
Proof.
cbv beta delta [functional_bias_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma functional_bias_bound_values :
  [:: (functional_bias_bound 1 (nth 0 [:: 2; 1]) 0 0 0)%N;
   (functional_bias_bound 1 (nth 0 [:: 2; 1]) 0 1 1)%N;
   (functional_bias_bound 1 (nth 0 [:: 2; 1]) 0 1 0)%N;
   (functional_bias_bound 1 (nth 0 [:: 2; 1]) 0 2 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 0 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 1 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 1 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 2 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 2 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 0 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 1 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 1 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 2 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 3 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 0 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 1 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 1 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 2 1)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 2 0)%N;
   (functional_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 1)%N;
   (functional_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 0 0)%N;
   (functional_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 1)%N;
   (functional_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 1 0)%N;
   (functional_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 1)%N;
   (functional_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 0 0)%N;
   (functional_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 1 1)%N;
   (functional_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 1 0)%N;
   (functional_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 1)%N;
   (functional_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 0)%N;
   (functional_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 3 1)%N] =
  [:: Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 0;
   Posz 6;
   Posz 6;
   Posz 12;
   Posz 12;
   Posz 18;
   Posz 0;
   Posz 4;
   Posz 4;
   Posz 8;
   Posz 12;
   Posz 16;
   Posz 0;
   Posz 2;
   Posz 2;
   Posz 4;
   Posz 4;
   Posz 6;
   Posz 0;
   Posz 10;
   Posz 9;
   Posz 18;
   Posz 0;
   Posz 6;
   Posz 5;
   Posz 8;
   Posz 7;
   Posz 10].
Proof.
cbv beta delta [functional_bias_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma loss_bias_generic_values :
  [:: (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 2 0 0)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 2 1 1)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 2 1 0)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 2 2 1)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 3 0 0)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 3 1 1)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 3 1 0)%N;
   (loss_bias_generic 1 (nth 0 [:: 2; 1]) 0 3 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 2 0 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 2 1 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 2 1 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 2 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 0 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 1 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 1 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 2 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 3; 2]) 1 3 3 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 2 0 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 2 1 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 2 1 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 2 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 0 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 1 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 1 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 3 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 3; 2; 3]) 1 4 4 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 2 0 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 2 1 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 2 1 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 2 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 0 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 1 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 1 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 2 1)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 2 0)%N;
   (loss_bias_generic 2 (nth 0 [:: 2; 1; 2]) 1 3 3 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 0 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 1 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 1 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 2 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 0 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 1 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 1 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 2 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 0 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 1 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 1 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 2 1)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 2 0)%N;
   (loss_bias_generic 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 3 1)%N] =
  [:: Posz 2;
   Posz 2;
   Posz 2;
   Posz 2;
   Posz 3;
   Posz 3;
   Posz 3;
   Posz 3;
   Posz 4;
   Posz 10;
   Posz 9;
   Posz 14;
   Posz 6;
   Posz 12;
   Posz 11;
   Posz 16;
   Posz 14;
   Posz 18;
   Posz 6;
   Posz 10;
   Posz 9;
   Posz 12;
   Posz 11;
   Posz 15;
   Posz 14;
   Posz 17;
   Posz 15;
   Posz 17;
   Posz 4;
   Posz 6;
   Posz 5;
   Posz 6;
   Posz 5;
   Posz 7;
   Posz 6;
   Posz 7;
   Posz 6;
   Posz 7;
   Posz 4;
   Posz 14;
   Posz 12;
   Posz 20;
   Posz 4;
   Posz 10;
   Posz 8;
   Posz 10;
   Posz 6;
   Posz 12;
   Posz 10;
   Posz 12;
   Posz 10;
   Posz 12].
Proof.
cbv beta delta [loss_bias_generic q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.

Lemma loss_bias_bound_values :
  [:: (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 2 0 0)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 2 1 1)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 2 1 0)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 2 2 1)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 3 0 0)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 3 1 1)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 3 1 0)%N;
   (loss_bias_bound 1 (nth 0 [:: 2; 1]) 0 3 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 2 0 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 2 1 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 2 1 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 2 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 0 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 1 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 1 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 2 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 3; 2]) 1 3 3 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 2 0 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 2 1 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 2 1 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 2 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 0 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 1 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 1 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 3 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 3; 2; 3]) 1 4 4 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 2 0 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 2 1 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 2 1 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 2 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 0 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 1 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 1 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 2 1)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 2 0)%N;
   (loss_bias_bound 2 (nth 0 [:: 2; 1; 2]) 1 3 3 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 0 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 1 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 1 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 1; 2; 3; 2]) 1 2 2 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 0 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 1 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 1 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 2 2 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 0 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 1 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 1 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 2 1)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 2 0)%N;
   (loss_bias_bound 3 (nth 0 [:: 3; 2; 1; 2]) 2 4 3 1)%N] =
  [:: Posz 2;
   Posz 2;
   Posz 2;
   Posz 2;
   Posz 3;
   Posz 3;
   Posz 3;
   Posz 3;
   Posz 4;
   Posz 10;
   Posz 9;
   Posz 14;
   Posz 6;
   Posz 12;
   Posz 11;
   Posz 16;
   Posz 14;
   Posz 18;
   Posz 6;
   Posz 10;
   Posz 9;
   Posz 12;
   Posz 11;
   Posz 15;
   Posz 14;
   Posz 17;
   Posz 15;
   Posz 17;
   Posz 4;
   Posz 6;
   Posz 5;
   Posz 6;
   Posz 5;
   Posz 7;
   Posz 6;
   Posz 7;
   Posz 6;
   Posz 7;
   Posz 4;
   Posz 14;
   Posz 12;
   Posz 20;
   Posz 4;
   Posz 10;
   Posz 8;
   Posz 10;
   Posz 6;
   Posz 12;
   Posz 10;
   Posz 12;
   Posz 10;
   Posz 12].
Proof.
cbv beta delta [loss_bias_bound q_of qhat_of q_bias_of q_centred_of s_cut_of s_next_of
  narrowest_hidden hidden_total].
by rewrite ?unlock; vm_compute.
Qed.
